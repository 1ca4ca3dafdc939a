/** What a reconcile asks for next. Nothing means done until something changes. */
export interface WorkResult {
  /** Run the key again after so many milliseconds (an earlier `add` runs it earlier). */
  readonly requeueAfterMs?: number;
  /** Run the key again after its back-off, as if it had failed. */
  readonly backOff?: boolean;
  /**
   * What has begun is not told yet: the next run goes before those of keys that have not begun, and until then the key
   * counts as work that is there.
   */
  readonly goesOn?: boolean;
}

/**
 * Waits for something that others decide about, a server that may never answer: after a second the worker is free for
 * other keys, and the run goes on with a worker of its own once the wait has ended. `moved` is told of both.
 */
export type WaitAside = <Result>(wait: Promise<Result>, moved?: (isAside: boolean) => void) => Promise<Result>;

/** How long a key waits after its n-th failure in a row. */
export interface BackoffPolicy {
  readonly baseMs: number;
  readonly factor: number;
  readonly maxMs: number;
  /** Share of the delay that is drawn at random, 0 to 1, taken off the delay. */
  readonly jitter: number;
}

/** Figures of a queue. */
export interface QueueMetrics {
  /** Keys ready to run, or soon. */
  readonly depth: number;
  /** Keys waiting for their time. */
  readonly delayed: number;
  readonly running: number;
  /** Of those that run, how many wait without a worker. */
  readonly aside: number;
  /** How long the oldest ready key has been waiting; milliseconds, 0 when none is. */
  readonly oldestMs: number;
  readonly processed: number;
  readonly failed: number;
}

/**
 * Keys to reconcile. A key is there once (adding it again coalesces), runs in one worker at a time (added while it
 * runs, it runs once more afterwards), and takes turns by group, so that one noisy group never starves the others.
 */
export interface WorkQueue {
  /** Runs the key as soon as its turn comes; drops its delay, keeps its count of failures. */
  add(key: string): void;
  /** Runs the key after `milliseconds`, or at the time that was asked for before where that is earlier. */
  addAfter(key: string, milliseconds: number): void;
  /**
   * Runs the key once `milliseconds` have passed since the first time that it was asked for so: what comes meanwhile is
   * seen in one run. Unlike a delay, this counts as work that is there.
   */
  addSoon(key: string, milliseconds: number): void;
  /** Forgets the key's failures, so that the next back-off starts anew. */
  forget(key: string): void;
  /** Drops the key and its delay; a run that has begun goes on. */
  remove(key: string): void;
  /** How often the key has failed in a row. */
  failures(key: string): number;
  metrics(): QueueMetrics;
  /** Whether nothing is ready, even soon, and nothing runs; delays do not count. */
  readonly isIdle: boolean;
  /** Resolves when nothing is ready and nothing runs. */
  idle(): Promise<void>;
  /** Resolves when the key neither waits for its turn nor runs; a delay does not count. */
  settled(key: string): Promise<void>;
  /** Takes no more keys, aborts the signal given to runs, and resolves when they have ended. */
  drain(): Promise<void>;
}
