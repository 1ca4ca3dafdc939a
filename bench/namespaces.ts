import type { KubeClient } from '@capstan/kube';
import { inLanes } from './lanes.ts';

const kind = { group: '', version: 'v1', kind: 'Namespace' };

/** Seconds that one watch lasts. */
const WATCH_SECONDS = 60;

/**
 * Deletes namespaces with all that is in them and waits until they are gone: a cluster that still takes away what one
 * measurement has left is slow for the next.
 */
export async function removeNamespaces(client: KubeClient, names: readonly string[]): Promise<void> {
  await inLanes(names, 4, (name) => client.delete({ ...kind, namespace: '', name }, { propagation: 'Background' }));
  for (let left: ReadonlySet<string> = new Set(names); left.size > 0;) {
    const { items, resourceVersion } = await client.listAll(kind);
    const there = new Set(items.map(({ metadata }) => metadata.name));
    left = await untilDeleted(client, new Set([...left].filter((name) => there.has(name))), resourceVersion);
  }
}

/** Those that are left when all are gone or the watch ends. */
async function untilDeleted(
  client: KubeClient,
  left: Set<string>,
  resourceVersion: string,
): Promise<ReadonlySet<string>> {
  if (left.size === 0) return left;
  for await (const event of client.watch(kind, { resourceVersion, timeoutSeconds: WATCH_SECONDS })) {
    const { name } = event.object.metadata;
    if (event.type === 'DELETED' && typeof name === 'string') left.delete(name);
    if (left.size === 0) break;
  }
  return left;
}
