import type { CodeEntry } from '../code-entry.ts';

/** Codes of the package `tree`. */
export const treeCodes = {
  TREE_PATH_INVALID: { retry: 'stalled', summary: 'A path leaves its tree, or is not a path.' },
  TREE_PATH_NOT_FOUND: { retry: 'stalled', summary: 'A file or folder does not exist in the revision.' },
  TREE_LINK_ESCAPES: { retry: 'stalled', summary: 'A symbolic link points out of its tree, or in a circle.' },
  TREE_LIMIT: { retry: 'stalled', summary: 'A tree or a file in it is larger than is allowed.' },
} as const satisfies Record<string, CodeEntry>;
