import { valueTable } from '../value-table.ts';
import { entries, get, isLess, peek, term, text } from '../value.ts';
import { degraded, healthy, progressing, unknown, type Check } from '../verdict.ts';

const unclear = unknown(
  'Elasticsearch Cluster status is unknown. Ensure your ArgoCD is current and then check for/file a bug report: ' +
    'https://github.com/argoproj/argo-cd/issues',
);

const advice = 'Check the status of indices, replicas and shards';
const byColour = valueTable(
  ['status', 'health'],
  {
    green: healthy('Elasticsearch Cluster status is Green'),
    yellow: progressing(`Elasticsearch Cluster status is Yellow. ${advice}`),
    red: degraded(`Elasticsearch Cluster status is Red. ${advice}`),
  },
  unclear,
);
const byPhase = valueTable(
  ['status', 'phase'],
  {
    Ready: (_phase, object) => byColour(object),
    ApplyingChanges: progressing('Elasticsearch phase is ApplyingChanges'),
    MigratingData: progressing('Elasticsearch phase is MigratingData'),
    Invalid: degraded('Elasticsearch phase is Invalid'),
  },
  unclear,
);

/** Health of an Elasticsearch cluster: the nodes of all its sets; when all are there, its phase and colour. */
export const elasticsearchHealth: Check = (object) => {
  const available = peek(object, 'status', 'availableNodes');
  if (available === undefined) return unclear;
  const wanted = entries(get(object, 'spec', 'nodeSets')).reduce((sum, [, set]) => sum + term(get(set, 'count')), 0);
  if (isLess(available, wanted)) {
    return progressing(text`The desired amount of availableNodes is ${wanted} but the current amount is ${available}`);
  }
  const isColoured = get(object, 'status', 'health') !== undefined;
  return available === wanted && isColoured ? byPhase(object) : unclear;
};
