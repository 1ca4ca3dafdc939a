import type { CodeEntry } from '../code-entry.ts';

/** Codes of the package `object`. */
export const objectCodes = {
  OBJECT_INVALID: {
    retry: 'stalled',
    summary: 'A Kubernetes object lacks a field that every object has, or has it with a wrong type.',
  },
  JSON_INVALID: {
    retry: 'stalled',
    summary: 'Text is not valid JSON, or JSON that Kubernetes refuses (duplicate keys, too deep).',
  },
  QUANTITY_INVALID: { retry: 'stalled', summary: 'A resource quantity cannot be read.' },
  DURATION_INVALID: { retry: 'stalled', summary: 'A duration cannot be read.' },
  SCHEMA_VIOLATION: { retry: 'stalled', summary: 'A value does not fit its schema.' },
  PATCH_INVALID: { retry: 'stalled', summary: 'A patch cannot be applied to the object it is for.' },
  MERGE_CONFLICT: { retry: 'stalled', summary: 'Server-side apply would take fields that another manager owns.' },
} as const satisfies Record<string, CodeEntry>;
