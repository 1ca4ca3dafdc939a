import type { Clock } from '../clock.ts';

/** Attempts of one call, the first included. */
export const MAX_ATTEMPTS = 6;
/** Retries that a cluster's calls have together before they must wait for more to accrue. */
const BUDGET = 100;
const BUDGET_PER_SECOND = 10;
const BASE_MS = 100;
const MAX_BACKOFF_MS = 5_000;
/** A longer Retry-After is not waited for here; the error carries it. */
export const MAX_RETRY_AFTER_MS = 30_000;

/** How long a call waits before it tries again, and whether it may at all. */
export interface RetryBudget {
  /** Milliseconds to wait before attempt `attempt + 1`, or undefined where it should give up. */
  next(attempt: number, retryAfterMs: number | undefined): number | undefined;
}

/** Makes the budget of one cluster. `random` gives 0 ≤ x < 1; `attempts` are those of one call, the first included. */
export function retryBudget(clock: Clock, random: () => number, attempts: number = MAX_ATTEMPTS): RetryBudget {
  let left = BUDGET;
  let at = clock.monotonic();
  return {
    next: (attempt, retryAfterMs) => {
      const now = clock.monotonic();
      left = Math.min(BUDGET, left + ((now - at) / 1000) * BUDGET_PER_SECOND);
      at = now;
      if (attempt >= attempts || left < 1) return undefined;
      if (retryAfterMs !== undefined && retryAfterMs > MAX_RETRY_AFTER_MS) return undefined;
      left -= 1;
      const backOff = Math.min(MAX_BACKOFF_MS, BASE_MS * 3 ** (attempt - 1)) * (0.5 + random() / 2);
      // Spread those who were told the same time over a little more of it.
      return retryAfterMs === undefined ? backOff : retryAfterMs + random() * Math.min(500, retryAfterMs / 4);
    },
  };
}
