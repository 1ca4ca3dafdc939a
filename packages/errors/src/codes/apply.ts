import type { CodeEntry } from '../code-entry.ts';

/** Codes of the package `apply`. */
export const applyCodes = {
  APPLY_DENIED: { retry: 'stalled', summary: 'An object may not be applied by this resource.' },
  PRUNE_REFUSED: { retry: 'stalled', summary: 'A prune was refused because one of its guards does not hold.' },
  OWNERSHIP_CONFLICT: { retry: 'stalled', summary: 'Another resource owns the object.' },
} as const satisfies Record<string, CodeEntry>;
