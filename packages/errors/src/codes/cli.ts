import type { CodeEntry } from '../code-entry.ts';

/** Codes of the package `cli`. */
export const cliCodes = {
  USAGE: { retry: 'stalled', summary: 'The command line cannot be understood.' },
  APP_NOT_FOUND: { retry: 'stalled', summary: 'No app or source of that name exists.' },
  APP_DEGRADED: { retry: 'stalled', summary: 'An app that was waited for has failed.' },
  APP_BLOCKED: { retry: 'stalled', summary: 'An app is blocked: only a change of its resource can help.' },
  UP_FAILED: { retry: 'stalled', summary: 'A part of `capstan up` could not be started, or has ended by itself.' },
  WAIT_TIMEOUT: { retry: 'stalled', summary: 'What was waited for did not happen in time.' },
} as const satisfies Record<string, CodeEntry>;
