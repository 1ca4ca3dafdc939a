import type { CodeEntry } from '../code-entry.ts';

/** Codes of the package `server`. */
export const serverCodes = {
  SERVER_LISTEN_FAILED: { retry: 'stalled', summary: 'A listener could not be opened.' },
} as const satisfies Record<string, CodeEntry>;
