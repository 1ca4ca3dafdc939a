/**
 * Time as this package sees it, so that tests need not wait. `now` is the wall clock in milliseconds since the epoch
 * (for what is written into objects), `monotonic` a clock in milliseconds that nobody sets (for deadlines).
 */
export interface Clock {
  now(): number;
  monotonic(): number;
  /** Calls `run` once `milliseconds` have passed; returns the function that cancels it. */
  after(milliseconds: number, run: () => void): () => void;
}

/** The longest delay that Node's timers hold; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The machine's clock. Its timers do not keep the process alive when `unref` is set. */
export function systemClock(options: { readonly unref?: boolean } = {}): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    after: (milliseconds, run) => {
      const timer = setTimeout(run, Math.min(Math.max(0, milliseconds), MAX_TIMER_MS));
      if (options.unref === true) timer.unref();
      return () => clearTimeout(timer);
    },
  };
}

/** Waits `milliseconds` on a clock; rejects with the signal's reason when it is aborted first. */
export function sleep(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(reasonOf(signal));
      return;
    }
    const onAbort = (): void => {
      cancel();
      reject(reasonOf(signal));
    };
    const cancel = clock.after(milliseconds, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
}
