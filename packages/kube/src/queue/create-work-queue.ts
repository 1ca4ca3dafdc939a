import { systemClock, type Clock } from '../clock.ts';
import { backoffDelay } from './backoff.ts';
import { delayedKeys } from './delayed-keys.ts';
import { fairKeys } from './fair-keys.ts';
import { waitingRoom } from './waiting-room.ts';
import type { BackoffPolicy, WaitAside, WorkQueue, WorkResult } from './work-queue.ts';

/** What a queue is made with. */
export interface WorkQueueOptions {
  /** Does the work of a key. What it throws counts as a failure and is handed to `onError`. */
  readonly work: (key: string, signal: AbortSignal, aside: WaitAside) => Promise<WorkResult | undefined>;
  /** Called with what `work` threw, and how often the key has failed in a row. */
  readonly onError: (key: string, error: unknown, failures: number) => void;
  /** Runs at one time, without those that wait aside. */
  readonly concurrency: number;
  /** How long to wait after a failure; may depend on the error (undefined means: until it is added again). */
  readonly backoff: BackoffPolicy | ((key: string, error: unknown) => BackoffPolicy | undefined);
  /** The group that a key takes turns with; the key itself when absent. */
  readonly groupOf?: (key: string) => string;
  readonly clock?: Clock;
  /** 0 ≤ x < 1, for jitter. */
  readonly random?: () => number;
}

/** Makes a work queue. It starts at once. */
export function createWorkQueue(options: WorkQueueOptions): WorkQueue {
  const clock = options.clock ?? systemClock();
  const random = options.random ?? Math.random;
  const ready = fairKeys(options.groupOf ?? ((key) => key));
  const running = new Set<string>();
  const again = new Set<string>();
  const begun = new Set<string>();
  const failures = new Map<string, number>();
  const idlers: (() => void)[] = [];
  const watched = new Map<string, PromiseWithResolvers<void>>();
  const controller = new AbortController();
  const delayed = delayedKeys(clock, (key) => add(key));
  const soon = delayedKeys(clock, (key) => add(key));
  let draining = false;
  let processed = 0;
  let failed = 0;
  let scheduled = false;
  const room = waitingRoom(clock, {
    hasPlace: () => running.size - room.waiting < options.concurrency,
    onChange: () => schedule(),
  });

  const isIdle = (): boolean => ready.size === 0 && running.size === 0 && again.size === 0 && soon.size === 0;

  const isSettled = (key: string): boolean => !ready.has(key) && !running.has(key) && !soon.has(key);

  const settle = (key: string): void => {
    const watchers = watched.get(key);
    if (watchers !== undefined && isSettled(key)) {
      watched.delete(key);
      watchers.resolve();
    }
    if (isIdle()) for (const resolve of idlers.splice(0)) resolve();
  };

  // Work begins after the caller's own turn, so that what it adds in one go is seen as a whole.
  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      // Who has begun goes before who has not.
      room.readmit();
      while (!draining && running.size - room.waiting < options.concurrency) {
        const key = ready.shift();
        if (key === undefined) break;
        running.add(key);
        void run(key);
      }
    });
  };

  const add = (key: string): void => {
    if (draining) return;
    delayed.delete(key);
    soon.delete(key);
    if (running.has(key)) again.add(key);
    else if (ready.push(key, clock.monotonic(), begun.has(key))) schedule();
  };

  const later = (key: string, milliseconds: number): void => {
    // Whatever has become ready meanwhile goes before a delay.
    if (!draining && !again.has(key) && !ready.has(key) && !soon.has(key)) delayed.set(key, milliseconds);
  };

  const retryLater = (key: string, error: unknown): void => {
    const count = (failures.get(key) ?? 0) + 1;
    failures.set(key, count);
    const policy = typeof options.backoff === 'function' ? options.backoff(key, error) : options.backoff;
    if (policy !== undefined) later(key, backoffDelay(policy, count, random));
  };

  const goOn = (key: string, { requeueAfterMs, goesOn }: WorkResult): void => {
    if (goesOn === true) begun.add(key);
    if (requeueAfterMs === undefined) return;
    if (goesOn !== true) later(key, requeueAfterMs);
    else if (!draining && !again.has(key)) soon.set(key, requeueAfterMs);
  };

  const run = async (key: string): Promise<void> => {
    begun.delete(key);
    try {
      const result = await options.work(key, controller.signal, room.wait);
      processed += 1;
      if (result?.backOff === true) retryLater(key, undefined);
      else failures.delete(key);
      if (result !== undefined) goOn(key, result);
    } catch (error) {
      processed += 1;
      if (!draining) {
        failed += 1;
        retryLater(key, error);
        options.onError(key, error, failures.get(key) ?? 0);
      }
    } finally {
      running.delete(key);
      if (again.delete(key) && !draining) ready.push(key, clock.monotonic(), begun.has(key));
      schedule();
      settle(key);
    }
  };

  const idle = (): Promise<void> =>
    isIdle() ? Promise.resolve() : new Promise((resolve) => void idlers.push(resolve));

  return {
    add,
    addAfter: (key, milliseconds) => {
      if (draining) return;
      if (milliseconds <= 0) add(key);
      else if (!ready.has(key) && !again.has(key) && !soon.has(key)) delayed.set(key, milliseconds);
    },
    addSoon: (key, milliseconds) => {
      if (draining || ready.has(key) || again.has(key)) return;
      delayed.delete(key);
      soon.set(key, milliseconds);
    },
    forget: (key) => void failures.delete(key),
    remove: (key) => {
      ready.delete(key);
      again.delete(key);
      delayed.delete(key);
      soon.delete(key);
      begun.delete(key);
      failures.delete(key);
      settle(key);
    },
    failures: (key) => failures.get(key) ?? 0,
    metrics: () => ({
      depth: ready.size + again.size + soon.size,
      delayed: delayed.size,
      running: running.size,
      aside: room.waiting,
      oldestMs: Math.max(0, clock.monotonic() - (ready.oldest() ?? clock.monotonic())),
      processed,
      failed,
    }),
    get isIdle() {
      return isIdle();
    },
    idle,
    settled: (key) => {
      if (isSettled(key)) return Promise.resolve();
      const watchers = watched.get(key) ?? Promise.withResolvers<void>();
      watched.set(key, watchers);
      return watchers.promise;
    },
    drain: async () => {
      draining = true;
      delayed.clear();
      soon.clear();
      again.clear();
      begun.clear();
      for (let key = ready.shift(); key !== undefined; key = ready.shift()) failures.delete(key);
      controller.abort(new Error('the queue is being drained'));
      await idle();
      for (const watchers of watched.values()) watchers.resolve();
      watched.clear();
    },
  };
}
