import type { CodeEntry } from '../code-entry.ts';

/** Codes of the package `pool`. */
export const poolCodes = {
  POOL_TIMEOUT: { retry: 'stalled', summary: 'A render or script ran longer than is allowed and was stopped.' },
  POOL_MEMORY: { retry: 'stalled', summary: 'A render or script used more memory than is allowed and was stopped.' },
  POOL_CRASHED: { retry: 'transient', summary: 'A worker process ended unexpectedly.' },
  POOL_FULL: { retry: 'transient', summary: 'More renders or scripts wait for a worker than may.' },
  POOL_CLOSED: { retry: 'transient', summary: 'The pool is shutting down.' },
} as const satisfies Record<string, CodeEntry>;
