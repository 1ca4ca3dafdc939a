import type { BackoffPolicy } from './work-queue.ts';

/** The delay after the `failures`-th failure in a row (1 is the first), in milliseconds. `random` gives 0 ≤ x < 1. */
export function backoffDelay(policy: BackoffPolicy, failures: number, random: () => number): number {
  const full = Math.min(policy.maxMs, policy.baseMs * policy.factor ** Math.max(0, failures - 1));
  return full * (1 - policy.jitter * random());
}
