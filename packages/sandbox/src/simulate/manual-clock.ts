import type { Clock } from '../cluster-api.ts';

interface Timer {
  readonly due: number;
  readonly run: () => void;
}

/** A clock that stands until it is moved: ten minutes are over at once, and every run is the same. */
export class ManualClock implements Clock {
  #now: number;
  readonly #timers = new Map<number, Timer>();
  #next = 0;

  constructor(start: Date) {
    this.#now = start.getTime();
  }

  now(): Date {
    return new Date(this.#now);
  }

  after(milliseconds: number, run: () => void): () => void {
    const id = this.#next++;
    this.#timers.set(id, { due: this.#now + milliseconds, run });
    return () => this.#timers.delete(id);
  }

  /** Runs the earliest timer that is due within the time given, moving to its time; false when there is none. */
  step(milliseconds: number): boolean {
    let first: { readonly id: number; readonly timer: Timer } | undefined;
    for (const [id, timer] of this.#timers) {
      if (timer.due <= this.#now + milliseconds && (first === undefined || timer.due < first.timer.due)) {
        first = { id, timer };
      }
    }
    if (first === undefined) return false;
    this.#timers.delete(first.id);
    this.#now = Math.max(this.#now, first.timer.due);
    first.timer.run();
    return true;
  }

  /** Moves the clock without running anything. */
  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }
}
