import type { CodeEntry } from '../codes.ts';

/** Codes of the package `sandbox`. */
export const sandboxCodes = {
  SANDBOX_STATE_LOCKED: { retry: 'stalled', summary: 'Another sandbox uses the same state folder.' },
  SANDBOX_STATE_CORRUPT: { retry: 'stalled', summary: 'The state folder of the sandbox cannot be read.' },
} as const satisfies Record<string, CodeEntry>;
