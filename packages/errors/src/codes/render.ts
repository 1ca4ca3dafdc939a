import type { CodeEntry } from '../code-entry.ts';

/** Codes of the package `render`. */
export const renderCodes = {
  RENDER_INVALID: { retry: 'stalled', summary: 'A kustomization or manifest is invalid.' },
  RENDER_UNSUPPORTED: { retry: 'stalled', summary: 'A kustomization uses a feature that is not supported yet.' },
  RENDER_NOT_FOUND: { retry: 'stalled', summary: 'A file or folder that a kustomization names does not exist.' },
  RENDER_LIMIT: { retry: 'stalled', summary: 'A render is larger or deeper than is allowed.' },
} as const satisfies Record<string, CodeEntry>;
