import { count, fields, get, isTrue, join, list, type Value } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

function namesOf(entriesOfStatus: Value, name: (entry: Value) => Value): readonly Value[] {
  const failing = list(entriesOfStatus).filter((entry) => get(entry, 'compliant') !== 'Compliant');
  return failing.map(name).filter((one) => one !== undefined);
}

/** What the message says: the clusters of a root policy, or the templates of a replicated one. */
function explain(status: Value): Value {
  const { status: clusters, details } = fields(status, 'status', 'details');
  if (clusters !== undefined) {
    const names = namesOf(clusters, (entry) => get(entry, 'clustername'));
    return names.length === 0 ? 'All clusters are compliant' : `NonCompliant clusters: ${join(names, ', ')}`;
  }
  if (details === undefined) return undefined;
  const names = namesOf(details, (entry) => get(entry, 'templateMeta', 'name'));
  return names.length === 0 ? 'All templates are compliant' : `NonCompliant templates: ${join(names, ', ')}`;
}

/** Health of a Policy of Open Cluster Management: compliant or not, and where not. */
export const policyHealth: Check = (object) => {
  const reporting = progressing('Waiting for the status to be reported');
  if (isTrue(get(object, 'spec', 'disabled'))) return healthy('Policy is disabled');
  const status = get(object, 'status');
  if (status === undefined) return reporting;
  const { compliant, placement, status: clusters } = fields(status, 'compliant', 'placement', 'status');
  if (compliant === undefined) {
    const isPlaced = clusters === undefined && placement !== undefined && count(placement) > 0;
    return isPlaced ? healthy('No clusters match this policy') : reporting;
  }
  return compliant === 'Compliant' ? healthy(explain(status)) : degraded(explain(status));
};
