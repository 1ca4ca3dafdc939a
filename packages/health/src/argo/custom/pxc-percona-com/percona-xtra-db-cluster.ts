import type { KubernetesObject } from '@capstan/object';
import { valueTable } from '../value-table.ts';
import { fields, get, join, list, text } from '../value.ts';
import { degraded, healthy, progressing, unknown, type Check } from '../verdict.ts';

const nodes = (object: KubernetesObject) => {
  const { ready, size } = fields(get(object, 'status'), 'ready', 'size');
  return text`${ready}/${size} node(s) are ready`;
};

/** Health of a PerconaXtraDBCluster of pxc.percona.com. */
export const perconaXtraDbClusterHealth: Check = valueTable(
  ['status', 'state'],
  {
    initializing: (_state, object) => progressing(nodes(object)),
    ready: (_state, object) => healthy(nodes(object)),
    paused: unknown('Cluster is paused'),
    stopping: (_state, object) => degraded(`Cluster is stopping (${nodes(object)})`),
    error: (_state, object) => degraded(`Cluster is on error: ${join(list(get(object, 'status', 'message')), ', ')}`),
  },
  unknown(
    'Cluster status is unknown. Ensure your ArgoCD is current and then check for/file a bug report: ' +
      'https://github.com/argoproj/argo-cd/issues',
  ),
);
