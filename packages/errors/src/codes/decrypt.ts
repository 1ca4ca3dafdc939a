import type { CodeEntry } from '../code-entry.ts';

/** Codes of the package `decrypt`. */
export const decryptCodes = {
  DECRYPT_KEY_INVALID: { retry: 'stalled', summary: 'A decryption key or credential cannot be read.' },
  DECRYPT_NO_KEY: { retry: 'stalled', summary: 'No key that is at hand opens an encrypted file.' },
  DECRYPT_INVALID: {
    retry: 'stalled',
    summary: 'An encrypted file is malformed, or was changed since its encryption.',
  },
  DECRYPT_UNSUPPORTED: {
    retry: 'stalled',
    summary: 'A file is encrypted for a key service that is not supported yet.',
  },
  DECRYPT_LIMIT: { retry: 'stalled', summary: 'An encrypted file is larger or deeper than is allowed.' },
} as const satisfies Record<string, CodeEntry>;
