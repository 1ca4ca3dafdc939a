import { createWatchCache, type KubeClient } from '@capstan/kube';
import { getPath } from '@capstan/object';
import { inLanes } from './lanes.ts';
import { removeNamespaces } from './namespaces.ts';
import { NAMESPACES, namespaceOf, objectsOf } from './workload.ts';

/** Connections over which the floor posts its objects. */
const CONNECTIONS = 8;

/** Seconds that the API server alone needs: the same objects posted directly, until all Deployments are available. */
export async function measureFloor(client: KubeClient, apps: number): Promise<number> {
  const prefix = `floor-${Date.now() % 10_000_000}`;
  const namespaces = Array.from({ length: NAMESPACES }, (_, index) => `${prefix}-${index}`);
  await inLanes(namespaces, 4, (name) => client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
  const cache = createWatchCache(client, { tracked: () => true });
  const kind = { group: 'apps', kind: 'Deployment' };
  const hold = cache.hold(kind);
  await hold.synced;
  const ready = new Set<string>();
  const begun = performance.now();
  const available = new Promise<void>((resolve) => {
    const unsubscribe = cache.subscribe(({ entry, object }) => {
      if (entry.ref.kind !== kind.kind || !entry.ref.namespace.startsWith(`${prefix}-`)) return;
      if (getPath(object?.['status'], 'availableReplicas') === 1) ready.add(entry.ref.name);
      if (ready.size < apps) return;
      unsubscribe();
      resolve();
    });
  });
  const objects = Array.from({ length: apps }, (_, index) =>
    objectsOf(index).map((object) => ({
      ...object,
      metadata: { ...object.metadata, namespace: namespaceOf(prefix, index) },
    })),
  ).flat();
  await inLanes(objects, CONNECTIONS, (object) => client.create(object));
  await available;
  const seconds = (performance.now() - begun) / 1000;
  hold.release();
  await cache.close();
  await removeNamespaces(client, namespaces);
  return seconds;
}
