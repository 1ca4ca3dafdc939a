import type { CodeEntry } from '../code-entry.ts';

/** Codes of the package `diff`. */
export const diffCodes = {
  DIFF_FAILED: { retry: 'stalled', summary: 'A desired and a live object cannot be compared.' },
} as const satisfies Record<string, CodeEntry>;
