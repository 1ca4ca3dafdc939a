import type { KubernetesObject, VersionedRef } from '@capstan/object';

/**
 * All that a deletion needs to be allowed (DESIGN, keystone 10). Each guard is answered by whoever knows: the render by
 * the reconciler, the group by discovery, the marks by the live object.
 */
export interface PruneGuards {
  /** The render is complete, of a verified revision. */
  readonly completeRender: boolean;
  /** The resource claims the object: it stands in its inventory, or bears its tracking id. */
  readonly claimed: boolean;
  /** Discovery of the object's group failed, so what is not seen may still be there. */
  readonly groupFailed: boolean;
  /** The marks on the live object say that it is ours; false when it has been handed to somebody else. */
  readonly marksMatch: (live: KubernetesObject) => boolean;
  /** Why the object is not to be deleted though all guards hold, as its own metadata asks; undefined when it does not. */
  readonly optOut: (live: KubernetesObject) => string | undefined;
}

/** What is to become of an object that Git no longer has. */
export type PruneVerdict =
  | { readonly kind: 'delete'; readonly ref: VersionedRef; readonly uid: string; readonly live: KubernetesObject }
  /** It is not there any more, or on its way out: nothing to do. */
  | { readonly kind: 'gone'; readonly ref: VersionedRef }
  /** It stays, on purpose, and is forgotten. */
  | { readonly kind: 'skip'; readonly ref: VersionedRef; readonly why: string }
  /** It stays because a guard does not hold, and must not be forgotten. */
  | { readonly kind: 'refuse'; readonly ref: VersionedRef; readonly why: string };

/** Decides about one object. The uid goes into the deletion as a precondition, so that only this very object goes. */
export function pruneVerdict(ref: VersionedRef, live: KubernetesObject | undefined, guards: PruneGuards): PruneVerdict {
  if (!guards.completeRender) return { kind: 'refuse', ref, why: 'the render is not complete' };
  if (guards.groupFailed)
    return { kind: 'refuse', ref, why: `what group ${ref.group} serves is not known at the moment` };
  if (!guards.claimed) return { kind: 'skip', ref, why: 'it is not claimed' };
  if (live === undefined) return { kind: 'gone', ref };
  if (typeof live.metadata['deletionTimestamp'] === 'string') return { kind: 'gone', ref };
  if (!guards.marksMatch(live)) return { kind: 'skip', ref, why: 'it belongs to somebody else now' };
  const why = guards.optOut(live);
  if (why !== undefined) return { kind: 'skip', ref, why };
  const { uid } = live.metadata;
  if (typeof uid !== 'string' || uid === '') return { kind: 'refuse', ref, why: 'its uid is not known' };
  return { kind: 'delete', ref, uid, live };
}
