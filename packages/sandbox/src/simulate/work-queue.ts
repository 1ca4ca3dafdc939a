import type { Clock } from '../cluster-api.ts';

/** Keys handled before the event loop gets its turn. */
const SLICE = 32;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 10_000;

/** What a controller does for one key; it may ask to be called again. */
export type Reconcile = (key: string) => void;

interface Item {
  readonly id: string;
  readonly key: string;
  readonly reconcile: Reconcile;
}

/** One queue for all controllers: a key waits at most once, keys take turns, failures back off. */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #onError: (error: unknown, id: string) => void;
  #waiting = new Map<string, Item>();
  readonly #timers = new Map<string, { readonly due: number; readonly cancel: () => void }>();
  readonly #failures = new Map<string, number>();
  #cancelDrain: (() => void) | undefined;
  #closed = false;

  constructor(clock: Clock, onError: (error: unknown, id: string) => void) {
    this.#clock = clock;
    this.#onError = onError;
  }

  /** A way to enqueue keys for one controller. */
  lane(name: string, reconcile: Reconcile): Lane {
    return {
      add: (key) => this.#add({ id: `${name} ${key}`, key, reconcile }),
      addAfter: (key, milliseconds) => this.#addAfter({ id: `${name} ${key}`, key, reconcile }, milliseconds),
    };
  }

  /** Whether nothing waits to be done now; timers do not count. */
  get idle(): boolean {
    return this.#waiting.size === 0;
  }

  close(): void {
    this.#closed = true;
    this.#cancelDrain?.();
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    this.#waiting.clear();
  }

  #add(item: Item): void {
    if (this.#closed) return;
    if (!this.#waiting.has(item.id)) this.#waiting.set(item.id, item);
    this.#cancelDrain ??= this.#clock.after(0, () => this.#drain());
  }

  #addAfter(item: Item, milliseconds: number): void {
    if (this.#closed) return;
    if (milliseconds <= 0) {
      this.#add(item);
      return;
    }
    const due = this.#clock.now().getTime() + milliseconds;
    const known = this.#timers.get(item.id);
    if (known !== undefined && known.due <= due) return;
    known?.cancel();
    const cancel = this.#clock.after(milliseconds, () => {
      this.#timers.delete(item.id);
      this.#add(item);
    });
    this.#timers.set(item.id, { due, cancel });
  }

  #drain(): void {
    this.#cancelDrain = undefined;
    let done = 0;
    for (const [id, item] of this.#waiting) {
      if (done++ >= SLICE) break;
      this.#waiting.delete(id);
      this.#run(item);
    }
    if (this.#waiting.size > 0 && !this.#closed) this.#cancelDrain ??= this.#clock.after(0, () => this.#drain());
  }

  #run(item: Item): void {
    try {
      item.reconcile(item.key);
      this.#failures.delete(item.id);
    } catch (error) {
      const failures = (this.#failures.get(item.id) ?? 0) + 1;
      this.#failures.set(item.id, failures);
      this.#addAfter(item, Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LAST_RETRY_MS));
      if (!isOrdinary(error)) this.#onError(error, item.id);
    }
  }
}

/** One controller's side of the queue. */
export interface Lane {
  add(key: string): void;
  /** Adds the key once the time has passed; the earliest wish wins. */
  addAfter(key: string, milliseconds: number): void;
}

/** A lost race, of which the next try sees the newer object, and what admission refuses for now. */
function isOrdinary(error: unknown): boolean {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  return status === 409 || status === 403;
}
