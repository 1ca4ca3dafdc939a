import type { JsonValue, KubernetesObject, VersionedRef } from '@capstan/object';

/**
 * How an object is brought to what Git says.
 *
 * - `client-side`: three-way, as `kubectl apply`: last-applied, desired and live; writes the last-applied annotation.
 * - `server-side`: server-side apply under a field manager, by force.
 * - `replace`: PUT of the desired object; created when missing.
 * - `create-only`: created when missing, otherwise left alone.
 * - `delete`: removed, if every guard of a prune holds.
 */
export type Strategy = 'client-side' | 'server-side' | 'replace' | 'create-only' | 'delete';

/** Why two values differ, as far as managed fields and defaults tell. */
export type Cause =
  /** Git changed since the last apply. */
  | { readonly kind: 'git' }
  /** Somebody changed the live object; the manager that owns the field now, when known. */
  | { readonly kind: 'drift'; readonly manager?: string }
  /** The object is not there, or is not wanted any more. */
  | { readonly kind: 'presence' };

/** One difference. `path` is made of field names and list indexes; an absent side is undefined. */
export interface Difference {
  readonly path: readonly (string | number)[];
  readonly desired?: JsonValue;
  readonly live?: JsonValue;
  readonly cause: Cause;
}

/** What would happen to an object. `unconfirmed`: predicted to change; a dry-run has the last word. */
export type Verdict = 'create' | 'update' | 'unconfirmed' | 'unchanged' | 'delete' | 'skip';

/** One object of a ChangeSet. Drift and apply share it: what is compared is what is written. */
export interface Change {
  readonly ref: VersionedRef;
  readonly strategy: Strategy;
  readonly verdict: Verdict;
  /** Absent where Git no longer has the object. */
  readonly desired?: KubernetesObject;
  readonly live?: KubernetesObject;
  /** What the live object is predicted to be after the write; the dry-run's answer once there is one. */
  readonly predicted?: KubernetesObject;
  readonly differences: readonly Difference[];
}

/** All changes of one resource, in the order of the render; deletions last. */
export interface ChangeSet {
  readonly changes: readonly Change[];
}
