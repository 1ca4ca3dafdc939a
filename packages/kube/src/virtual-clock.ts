import type { Clock } from './clock.ts';

/** A clock for tests: time passes only when it is told to. */
export interface VirtualClock extends Clock {
  /** Lets `milliseconds` pass: every timer due runs at its time, in order, and promises settle between them. */
  advance(milliseconds: number): Promise<void>;
  /** Timers that have not run. */
  pending(): number;
}

interface Timer {
  readonly due: number;
  readonly run: () => void;
}

/** Makes a virtual clock whose wall time starts at `start` (milliseconds since the epoch). */
export function virtualClock(start = Date.UTC(2026, 0, 1)): VirtualClock {
  let elapsed = 0;
  const timers = new Set<Timer>();
  const nextDue = (until: number): Timer | undefined => {
    let next: Timer | undefined;
    for (const timer of timers) if (timer.due <= until && (next === undefined || timer.due < next.due)) next = timer;
    return next;
  };
  return {
    now: () => start + elapsed,
    monotonic: () => elapsed,
    after: (milliseconds, run) => {
      const timer = { due: elapsed + Math.max(0, milliseconds), run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance: async (milliseconds) => {
      const until = elapsed + milliseconds;
      await settle();
      for (let timer = nextDue(until); timer !== undefined; timer = nextDue(until)) {
        timers.delete(timer);
        elapsed = Math.max(elapsed, timer.due);
        timer.run();
        await settle();
      }
      elapsed = until;
    },
    pending: () => timers.size,
  };
}

/** Lets promise chains run: setImmediate comes after all microtasks that are queued, and what they queue. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
