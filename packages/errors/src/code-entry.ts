import type { RetryPolicy } from './policy.ts';

/** What is fixed for a code. `summary` is the line that `docs/errors.md` shows for it. */
export interface CodeEntry {
  readonly retry: RetryPolicy;
  readonly summary: string;
}
