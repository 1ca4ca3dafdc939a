import type { CodeEntry } from '../code-entry.ts';

/** Codes of the package `render`. */
export const renderCodes = {
  RENDER_INVALID: { retry: 'stalled', summary: 'A kustomization or manifest is invalid.' },
  RENDER_UNSUPPORTED: { retry: 'stalled', summary: 'A kustomization uses a feature that is not supported yet.' },
  RENDER_NOT_FOUND: { retry: 'stalled', summary: 'A file or folder that a kustomization names does not exist.' },
  RENDER_EXEC_REFUSED: {
    retry: 'stalled',
    summary: 'A kustomization asks for a program or a container to be run, which Capstan never does.',
  },
  REMOTE_NOT_ALLOWED: {
    retry: 'stalled',
    summary: 'A kustomization names something that lies elsewhere, or at an address where nothing may be fetched.',
  },
  REMOTE_FAILED: { retry: 'transient', summary: 'A file that a kustomization names elsewhere could not be fetched.' },
  RENDER_LIMIT: { retry: 'stalled', summary: 'A render is larger or deeper than is allowed.' },
} as const satisfies Record<string, CodeEntry>;
