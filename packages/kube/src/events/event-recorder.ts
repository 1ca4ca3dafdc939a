import type { VersionedRef } from '@capstan/object';

/** An event about an object. */
export interface EventInput {
  readonly regarding: VersionedRef & { readonly uid?: string; readonly resourceVersion?: string };
  readonly type: 'Normal' | 'Warning';
  /** One word in CamelCase. */
  readonly reason: string;
  readonly message: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Written as an audit log writes it: each time an event of its own, neither counted up nor thinned out, and without a
   * reporting controller. Argo CD's events are such.
   */
  readonly audit?: boolean;
  /**
   * For an event that tells how one thing has changed. While many wait to be written, a further change of the same thing
   * is told with it, from where the first began: `WHAT: FROM -> TO`.
   */
  readonly transition?: { readonly what: string; readonly from: string; readonly to: string };
}

/**
 * Writes core/v1 Events as client-go's recorder does: the same event again raises its count, but for audits. `record`
 * never blocks and never throws; what exceeds the queue or an object's rate is dropped and counted. Events are written at
 * a pace that leaves the API server to what matters: under load they come late, and what changes on and on comes as one.
 */
export interface EventRecorder {
  record(event: EventInput): void;
  readonly dropped: number;
  /** Resolves when everything accepted has been written or given up. */
  flush(): Promise<void>;
  close(): Promise<void>;
}
