import type { CodeEntry } from '../codes.ts';

/** Codes of the package `cli`. */
export const cliCodes = {
  USAGE: { retry: 'stalled', summary: 'The command line cannot be understood.' },
  WAIT_TIMEOUT: { retry: 'stalled', summary: 'What was waited for did not happen in time.' },
} as const satisfies Record<string, CodeEntry>;
