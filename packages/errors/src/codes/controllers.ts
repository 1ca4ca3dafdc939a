import type { CodeEntry } from '../code-entry.ts';

/** Codes of the package `controllers`. */
export const controllerCodes = {
  SPEC_INVALID: { retry: 'stalled', summary: "The resource's spec cannot be used." },
  NOT_HONOURED: {
    retry: 'stalled',
    summary: 'The resource uses a field or annotation that Capstan does not honour yet.',
  },
  DEPENDENCY_NOT_READY: { retry: 'waiting', summary: 'A dependency is not ready.' },
  SOURCE_NOT_READY: { retry: 'waiting', summary: 'The source has no artifact yet.' },
  PROJECT_DENIED: { retry: 'stalled', summary: 'The AppProject does not allow this.' },
  SOURCE_INTEGRITY_INVALID: {
    retry: 'stalled',
    summary: 'What an AppProject asks of the signatures of a repository is not clear.',
  },
  DESTINATION_UNREACHABLE: {
    retry: 'stalled',
    summary: "The cluster that an app's objects are on cannot be reached as this person.",
  },
  LEADER_ELSEWHERE: { retry: 'stalled', summary: 'Another controller owns these resources.' },
} as const satisfies Record<string, CodeEntry>;
