import { argoHealth, type HealthStatus } from '@capstan/health';
import { refKey, refOf, type KubernetesObject, type VersionedRef } from '@capstan/object';
import { mappingsAt, textAt } from './fields.ts';
import { resourcesOf, type AppResource } from './resources.ts';

/** An object of an app with what it has brought about: a Deployment with its ReplicaSets, these with their Pods. */
export interface TreeNode {
  readonly ref: VersionedRef;
  readonly health: HealthStatus | undefined;
  /** Undefined for what no source holds: what a controller of the cluster has made. */
  readonly sync: AppResource['sync'] | 'Missing' | undefined;
  readonly toPrune: boolean;
  readonly children: readonly TreeNode[];
}

/** Owners below one another that are followed. */
const MAX_DEPTH = 16;

/**
 * The tree of an app: what its status lists, with what these objects own. `live` are objects of the cluster, the app's
 * own and others; owners are told by their UIDs. `judge` says how an object is whose health the status does not tell.
 */
export function appTree(
  app: KubernetesObject,
  live: readonly KubernetesObject[],
  judge: (object: KubernetesObject) => HealthStatus | undefined = argoHealth,
): readonly TreeNode[] {
  const byOwner = new Map<string, KubernetesObject[]>();
  for (const object of live) {
    for (const owner of mappingsAt(object.metadata, 'ownerReferences')) {
      const uid = textAt(owner, 'uid');
      const owned = byOwner.get(uid);
      if (owned === undefined) byOwner.set(uid, [object]);
      else owned.push(object);
    }
  }
  const byRef = new Map(live.map((object) => [refKey(refOf(object)), object] as const));
  const childrenOf = (object: KubernetesObject, depth: number): readonly TreeNode[] =>
    depth >= MAX_DEPTH
      ? []
      : inOrder(byOwner.get(textAt(object.metadata, 'uid')) ?? []).map((child) => ({
          ref: refOf(child),
          health: judge(child),
          sync: undefined,
          toPrune: false,
          children: childrenOf(child, depth + 1),
        }));
  return resourcesOf(app).map(({ ref, sync, health, message, toPrune }) => {
    const object = byRef.get(refKey(ref));
    if (object === undefined) return { ref, health: { status: 'Missing' }, sync: 'Missing', toPrune, children: [] };
    const told: HealthStatus | undefined = health === undefined ? undefined : { status: health, message };
    return { ref, health: told ?? judge(object), sync, toPrune, children: childrenOf(object, 1) };
  });
}

/** Every node of a tree, from the top down. */
export function nodesOf(nodes: readonly TreeNode[]): readonly TreeNode[] {
  return nodes.flatMap((node) => [node, ...nodesOf(node.children)]);
}

function inOrder(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const key = (object: KubernetesObject): string => `${object.kind}/${textAt(object.metadata, 'name')}`;
  return [...objects].sort((left, right) => (key(left) < key(right) ? -1 : 1));
}
