import { CapstanError } from '@capstan/errors';
import type { Clock } from '../clock.ts';

/** How hard one target may be driven. */
export interface FlowLimits {
  /** Requests in flight. */
  readonly concurrency: number;
  /** Requests a second, once `burst` is spent. */
  readonly qps: number;
  readonly burst: number;
  /** Requests that may wait for their turn; more are refused at once. */
  readonly maxWaiting: number;
}

/** The limits used where the caller gives none. The API server's own priority and fairness stands behind them. */
export const defaultFlowLimits: FlowLimits = { concurrency: 16, qps: 400, burst: 800, maxWaiting: 50_000 };

/** Lets requests through within limits; callers take turns. */
export interface FlowControl {
  /** Resolves when it is this caller's turn, with the function that gives the place back. */
  acquire(caller: string, signal: AbortSignal): Promise<() => void>;
  readonly waiting: number;
  readonly inFlight: number;
}

interface Waiter {
  readonly admit: () => void;
}

/** Makes a flow control: a bound on requests in flight and a token bucket, fair between callers (round robin). */
export function flowControl(clock: Clock, limits: FlowLimits = defaultFlowLimits): FlowControl {
  const queues = new Map<string, Waiter[]>();
  let waiting = 0;
  let inFlight = 0;
  let tokens = limits.burst;
  let refilledAt = clock.monotonic();
  let cancelTimer: (() => void) | undefined;

  const refill = (): void => {
    const now = clock.monotonic();
    tokens = Math.min(limits.burst, tokens + ((now - refilledAt) / 1000) * limits.qps);
    refilledAt = now;
  };

  const wakeIn = (milliseconds: number): void => {
    cancelTimer ??= clock.after(milliseconds, () => {
      cancelTimer = undefined;
      drain();
    });
  };

  const next = (): Waiter | undefined => {
    for (const [caller, queue] of queues) {
      // The caller goes to the back of the round, with what it still has.
      queues.delete(caller);
      const waiter = queue.shift();
      if (queue.length > 0) queues.set(caller, queue);
      if (waiter !== undefined) return waiter;
    }
    return undefined;
  };

  const drain = (): void => {
    refill();
    while (waiting > 0 && inFlight < limits.concurrency) {
      // A hair below one is one: sums of fractions of a token are not exact.
      if (tokens < 1 - 1e-9) return wakeIn(Math.max(1, ((1 - tokens) / limits.qps) * 1000));
      const waiter = next();
      if (waiter === undefined) return;
      tokens -= 1;
      waiting -= 1;
      inFlight += 1;
      waiter.admit();
    }
  };

  const release = (): (() => void) => {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      inFlight -= 1;
      drain();
    };
  };

  const forget = (caller: string, waiter: Waiter): void => {
    const queue = queues.get(caller);
    const at = queue?.indexOf(waiter) ?? -1;
    if (queue === undefined || at < 0) return;
    queue.splice(at, 1);
    if (queue.length === 0) queues.delete(caller);
    waiting -= 1;
  };

  return {
    acquire: (caller, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(abortReason(signal));
        if (waiting >= limits.maxWaiting) {
          const text = `${String(waiting)} requests wait for the Kubernetes API already`;
          return reject(new CapstanError('KUBE_TOO_MANY_REQUESTS', text, { data: { client: true } }));
        }
        const onAbort = (): void => {
          forget(caller, waiter);
          reject(abortReason(signal));
        };
        const waiter: Waiter = {
          admit: () => {
            signal.removeEventListener('abort', onAbort);
            resolve(release());
          },
        };
        signal.addEventListener('abort', onAbort, { once: true });
        const queue = queues.get(caller);
        if (queue === undefined) queues.set(caller, [waiter]);
        else queue.push(waiter);
        waiting += 1;
        drain();
      }),
    get waiting() {
      return waiting;
    },
    get inFlight() {
      return inFlight;
    },
  };
}

/** The reason of an aborted signal, as an error. */
export function abortReason(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error('the call was aborted', { cause: reason });
}
