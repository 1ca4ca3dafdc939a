import { CapstanError } from '@capstan/errors';
import type { KubeClient } from '@capstan/kube';
import { getPath, refOf, type KubernetesObject } from '@capstan/object';

const NAME = 'argocd-application-controller';
const kinds = ['StatefulSet', 'Deployment'] as const;

/**
 * Refuses to go on while Argo CD's own application controller runs: two controllers must never own one Application, and
 * Argo CD's takes no Lease by which they could agree. Throws LEADER_ELSEWHERE.
 */
export async function refuseBesideArgo(client: KubeClient, signal: AbortSignal): Promise<void> {
  for (const kind of kinds) {
    const { items } = await client.listAll({ group: 'apps', version: 'v1', kind }, { signal });
    const found = items.find((object) => isApplicationController(object) && hasReadyReplicas(object));
    if (found === undefined) continue;
    const { name, namespace } = refOf(found);
    throw new CapstanError(
      'LEADER_ELSEWHERE',
      `Argo CD's application controller runs (${kind} ${namespace}/${name}): scale it to 0 first, ` +
        `or run with --dialect flux`,
      { data: { kind, name, namespace } },
    );
  }
}

function isApplicationController(object: KubernetesObject): boolean {
  return getPath(object.metadata, 'labels', 'app.kubernetes.io/name') === NAME || object.metadata['name'] === NAME;
}

function hasReadyReplicas(object: KubernetesObject): boolean {
  return Number(getPath(object, 'status', 'readyReplicas') ?? 0) > 0;
}
