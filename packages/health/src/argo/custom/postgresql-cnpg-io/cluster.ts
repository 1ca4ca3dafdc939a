import type { HealthCode } from '../../../health-status.ts';
import { conditionsOf } from '../conditions.ts';
import { valueTable, type Outcome } from '../value-table.ts';
import { get, peek } from '../value.ts';
import { degraded, judged, progressing, suspended, type Check } from '../verdict.ts';

const phaseReason =
  (code: HealthCode): Outcome =>
  (_phase, object) =>
    judged(code, get(object, 'status', 'phaseReason'));
const [good, underWay, bad, stopped] = [
  phaseReason('Healthy'),
  phaseReason('Progressing'),
  phaseReason('Degraded'),
  phaseReason('Suspended'),
];
const byPhase = valueTable(
  ['status', 'phase'],
  {
    'Cluster in healthy state': good,
    'Setting up primary': underWay,
    'Creating a new replica': underWay,
    'Upgrading cluster': underWay,
    'Waiting for the instances to become active': underWay,
    'Promoting to primary cluster': underWay,
    'Switchover in progress': bad,
    'Failing over': bad,
    'Upgrading Postgres major version': bad,
    'Cluster upgrade delayed': bad,
    'Waiting for user action': bad,
    'Primary instance is being restarted in-place': bad,
    'Primary instance is being restarted without a switchover': bad,
    'Cluster cannot execute instance online upgrade due to missing architecture binary': bad,
    'Online upgrade in progress': bad,
    'Applying configuration': bad,
    'Unable to create required cluster objects': stopped,
    'Cluster cannot proceed to reconciliation due to an unknown plugin being required': stopped,
    'Cluster has incomplete or invalid image catalog': stopped,
    'Cluster is unrecoverable and needs manual intervention': stopped,
  },
  phaseReason('Unknown'),
);

/** Health of a CloudNativePG Cluster: its phase, unless it hibernates or its reconciliation is switched off. */
export const clusterHealth: Check = (object) => {
  if (peek(object, 'metadata', 'annotations', 'cnpg.io/reconciliationLoop') === 'disabled') {
    return suspended('Cluster reconciliation is suspended');
  }
  const conditions = conditionsOf(object);
  if (conditions === undefined) return progressing(get(object, 'status', 'phaseReason'));
  const hibernation = conditions.find((condition) => get(condition, 'type') === 'cnpg.io/hibernation');
  if (hibernation === undefined) return byPhase(object);
  const message = get(hibernation, 'message');
  return get(hibernation, 'status') === 'True' ? suspended(message) : degraded(message);
};
