import type { WaitAside, WorkResult } from '@capstan/kube';
import type { GroupVersionKind, KubernetesObject, VersionedRef } from '@capstan/object';

/** One run of a reconciler: a resource as it is now, never the event that led here. */
export interface Turn {
  readonly ref: VersionedRef;
  /** Absent once the resource is gone. */
  readonly object: KubernetesObject | undefined;
  /** Aborted when the process stops or leadership ends: nothing may be written after that. */
  readonly signal: AbortSignal;
  /** Waits for a server of others, which may never answer, without holding a worker. */
  readonly aside: WaitAside;
}

/**
 * Reconciles the resources of one kind. It is level-based: guards, then named steps, whose outcomes one function folds
 * into status. It waits for nothing: what it waits for wakes it, by an event or by `requeueAfterMs`.
 */
export interface Reconciler {
  /** As logs, events and Leases call it. */
  readonly name: string;
  readonly kind: GroupVersionKind;
  reconcile(turn: Turn): Promise<WorkResult>;
  /**
   * What of a resource makes a run necessary when it changes. Two states with equal fingerprints need none: so our own
   * status writes do not wake us.
   */
  fingerprint(object: KubernetesObject): string;
}
