import type { HealthCode } from '@capstan/health';
import type { VersionedRef } from '@capstan/object';

/** Which of the two dialects a resource belongs to. */
export type Dialect = 'argo' | 'flux';

/** Whether the cluster is as the source says. */
export type SyncCode = 'Synced' | 'OutOfSync' | 'Progressing' | 'Unknown';

/** Something that brings a source to a cluster, or a source: one shape for both dialects. */
export interface AppView {
  readonly dialect: Dialect;
  /** `app` applies something; `source` only fetches. */
  readonly role: 'app' | 'source';
  readonly ref: VersionedRef;
  readonly sync: SyncCode;
  readonly health: HealthCode;
  /** Whether the resource does nothing by itself: Flux's `suspend`, or an Application without automated sync. */
  readonly paused: 'suspended' | 'manual' | 'no';
  /** As the dialect writes it: `main@sha1:…` or a commit. */
  readonly revision: string;
  /** Repository or source, and the path in it. */
  readonly source: string;
  readonly path: string;
  /** The namespace that it applies to, where the resource names one. */
  readonly destination: string;
  /** What matters most now, in the controller's words; '' when nothing does. */
  readonly message: string;
  /** Why it is not at its goal, as a word: a condition's reason or type. */
  readonly reason: string;
  /** Blocked by a field that is not honoured, or by what a project forbids: only an edit helps. */
  readonly blocked: boolean;
  /** Since when it is so; RFC 3339, '' where unknown. */
  readonly since: string;
}

/** Whether it is where it should be: synced, healthy and at work. */
export function isSettled(app: AppView): boolean {
  return app.sync === 'Synced' && app.health === 'Healthy';
}
