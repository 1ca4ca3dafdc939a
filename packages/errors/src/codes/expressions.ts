import type { CodeEntry } from '../code-entry.ts';

/** Codes of the package `expressions`. */
export const expressionCodes = {
  SEMVER_CONSTRAINT_INVALID: { retry: 'stalled', summary: 'A semantic version range cannot be read.' },
  EXPRESSION_INVALID: { retry: 'stalled', summary: 'A CEL, jq, Lua or regular expression cannot be compiled.' },
  EXPRESSION_FAILED: {
    retry: 'stalled',
    summary: 'A CEL, jq, Lua or regular expression failed on the object it was given.',
  },
  EXPRESSION_TOO_EXPENSIVE: {
    retry: 'stalled',
    summary: 'A jq or Lua expression takes more steps, time or memory than it may.',
  },
} as const satisfies Record<string, CodeEntry>;
