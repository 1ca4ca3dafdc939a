import type { Cluster } from '../registry/cluster.ts';

const EVENTS = '/events';
/** How long an Event is kept after its last write; the API server's own figure. */
const TIME_TO_LIVE_MS = 3600 * 1000;
/** More Events than this are not kept: the oldest go first. */
const MOST = 10_000;
/** How often is looked for what is over. */
const SWEEP_MS = 60 * 1000;

/** Removes Events once their time is over, as the lease in etcd does that a real API server gives them. */
export class EventExpiry {
  readonly #cluster: Cluster;
  /** When each Event was last written, the oldest first. */
  readonly #written = new Map<string, number>();
  readonly #report: (error: unknown) => void;
  #cancel: (() => void) | undefined;
  #isStopped = false;

  constructor(cluster: Cluster, report: (error: unknown) => void) {
    this.#cluster = cluster;
    this.#report = report;
    const now = cluster.clock.now().getTime();
    const stored = [...cluster.store.collection(EVENTS).list()].sort((a, b) => a.revision - b.revision);
    for (const { key, object } of stored) this.#written.set(key, writtenAt(object, now));
    cluster.store.observe((change) => {
      if (change.collection !== EVENTS) return;
      const { key } = change.current;
      this.#written.delete(key);
      if (change.type !== 'DELETED') this.#written.set(key, cluster.clock.now().getTime());
      this.#plan(SWEEP_MS);
    });
    if (stored.length > 0) this.#plan(SWEEP_MS);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  #plan(milliseconds: number): void {
    if (this.#isStopped) return;
    this.#cancel ??= this.#cluster.clock.after(milliseconds, () => {
      this.#cancel = undefined;
      try {
        this.#sweep();
      } catch (error) {
        this.#report(error);
      }
      if (this.#written.size > 0) this.#plan(SWEEP_MS);
    });
  }

  #sweep(): void {
    const { store, clock } = this.#cluster;
    const over = clock.now().getTime() - TIME_TO_LIVE_MS;
    for (const [key, at] of this.#written) {
      if (at > over && this.#written.size <= MOST) return;
      const stored = store.collection(EVENTS).get(key);
      if (stored === undefined) this.#written.delete(key);
      else store.remove(EVENTS, key, stored.object);
    }
  }
}

function writtenAt(event: Readonly<Record<string, unknown>>, otherwise: number): number {
  for (const field of ['lastTimestamp', 'eventTime', 'firstTimestamp']) {
    const text = Object.hasOwn(event, field) ? event[field] : undefined;
    const time = typeof text === 'string' ? Date.parse(text) : Number.NaN;
    if (!Number.isNaN(time)) return time;
  }
  return otherwise;
}
