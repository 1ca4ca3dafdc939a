import type { CodeEntry } from '../code-entry.ts';

/** Codes of the package `cloud`. */
export const cloudCodes = {
  CLOUD_UNREACHABLE: { retry: 'transient', summary: 'A service of a cloud gives no answer, or none now.' },
  CLOUD_REFUSED: { retry: 'transient', summary: 'A service of a cloud refuses what is asked of it.' },
  CLOUD_IDENTITY_INVALID: {
    retry: 'stalled',
    summary: 'Who is to ask a cloud is not said, or not as the cloud needs it.',
  },
} as const satisfies Record<string, CodeEntry>;
