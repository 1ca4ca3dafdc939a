import type { CodeEntry } from '../code-entry.ts';

/** Codes of the package `health`. */
export const healthCodes = {
  HEALTH_UNREADABLE: { retry: 'stalled', summary: "An object has not the form that its kind's health check reads." },
} as const satisfies Record<string, CodeEntry>;
