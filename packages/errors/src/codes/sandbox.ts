import type { CodeEntry } from '../code-entry.ts';

/** Codes of the package `sandbox`. */
export const sandboxCodes = {
  SANDBOX_STATE_LOCKED: { retry: 'stalled', summary: 'Another sandbox uses the same state folder.' },
  SANDBOX_STATE_CORRUPT: { retry: 'stalled', summary: 'The state folder of the sandbox cannot be read.' },
  SANDBOX_STATE_UNWRITABLE: { retry: 'transient', summary: 'The state folder of the sandbox cannot be written.' },
  SANDBOX_REQUEST_REFUSED: { retry: 'stalled', summary: 'The sandbox refuses a request; its Status says why.' },
} as const satisfies Record<string, CodeEntry>;
