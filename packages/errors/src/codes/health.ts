import type { CodeEntry } from '../code-entry.ts';

/** Codes of the package `health`. */
export const healthCodes = {
  HEALTH_UNREADABLE: { retry: 'stalled', summary: "An object has not the form that its kind's health check reads." },
  ACTION_FAILED: { retry: 'stalled', summary: 'A resource action cannot be run as it is asked for.' },
} as const satisfies Record<string, CodeEntry>;
