import { isCapstanError } from '@capstan/errors';
import { gvkOf, refOf, type KubernetesObject, type VersionedRef } from '@capstan/object';
import type { Cluster } from '../../runtime/cluster.ts';
import type { KindRules } from '../../runtime/kind-rules.ts';
import { normalizeObject } from './normalize.ts';
import { inApplyOrder, stageOf, type Stage } from './order.ts';

/** An object of a build on its way to the cluster. */
export interface PlannedObject {
  readonly ref: VersionedRef;
  readonly desired: KubernetesObject;
  readonly stage: Stage;
  /** Undefined while the cluster does not serve the kind: its CRD may come first. */
  readonly rules: KindRules | undefined;
}

/** Resolves objects against what the cluster serves, in the order in which they are applied. */
export async function planObjects(
  cluster: Cluster,
  objects: readonly KubernetesObject[],
  signal: AbortSignal,
  customStage: ReadonlySet<string>,
): Promise<readonly PlannedObject[]> {
  const planned: PlannedObject[] = [];
  for (const object of objects) {
    const rules = await rulesOf(cluster, object, signal);
    const isBuiltIn = rules?.merge !== undefined;
    const desired = isBuiltIn ? normalizeObject(object, rules.schema) : object;
    const ref = refOf(desired);
    // A namespace on a cluster-scoped object is nobody's: the server drops it.
    const placed = rules !== undefined && !rules.namespaced ? { ...ref, namespace: '' } : ref;
    planned.push({ ref: placed, desired, stage: stageOf(ref, customStage), rules });
  }
  return planned.sort((left, right) => inApplyOrder(left.ref, right.ref));
}

async function rulesOf(
  cluster: Cluster,
  object: KubernetesObject,
  signal: AbortSignal,
): Promise<KindRules | undefined> {
  try {
    return await cluster.rules(gvkOf(object), signal);
  } catch (error) {
    if (isCapstanError(error, 'KUBE_KIND_UNKNOWN')) return undefined;
    throw error;
  }
}
