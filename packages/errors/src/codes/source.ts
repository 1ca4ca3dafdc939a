import type { CodeEntry } from '../code-entry.ts';

/** Codes of the package `source`. */
export const sourceCodes = {
  GIT_UNREACHABLE: { retry: 'transient', summary: 'The Git server cannot be reached.' },
  GIT_TIMEOUT: { retry: 'transient', summary: 'A Git operation took too long.' },
  GIT_AUTH_FAILED: { retry: 'stalled', summary: 'The Git server does not accept the credentials.' },
  GIT_REPOSITORY_NOT_FOUND: { retry: 'stalled', summary: 'The Git server has no such repository.' },
  GIT_REPOSITORY_EMPTY: { retry: 'stalled', summary: 'The Git repository has no commit yet.' },
  GIT_REF_NOT_FOUND: {
    retry: 'stalled',
    summary: 'The repository has no such branch, tag, commit, or no tag in the range.',
  },
  GIT_URL_INVALID: { retry: 'stalled', summary: 'The repository URL is not one of the allowed kinds.' },
  GIT_CREDENTIALS_INVALID: {
    retry: 'stalled',
    summary: 'A Secret with Git credentials lacks a field or holds a bad one.',
  },
  GIT_HOST_KEY: { retry: 'stalled', summary: 'The SSH host key is not in known_hosts.' },
  GIT_SIGNATURE_INVALID: {
    retry: 'stalled',
    summary: 'A commit or tag is not signed as is asked for, or a keyring cannot be read.',
  },
  GIT_FAILED: { retry: 'transient', summary: 'git failed for another reason.' },
  ARTIFACT_NOT_FOUND: { retry: 'waiting', summary: 'The artifact is no longer in storage.' },
  ARTIFACT_STORAGE_FAILED: { retry: 'transient', summary: 'An artifact could not be stored.' },
} as const satisfies Record<string, CodeEntry>;
