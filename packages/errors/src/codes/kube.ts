import type { CodeEntry } from '../code-entry.ts';

/** Codes of the package `kube`. */
export const kubeCodes = {
  KUBECONFIG_INVALID: { retry: 'stalled', summary: 'A kubeconfig cannot be read, or names what it does not hold.' },
  KUBECONFIG_FORBIDDEN: {
    retry: 'stalled',
    summary: 'A kubeconfig asks for something that the operator has not allowed, such as an exec plugin.',
  },
  KUBE_UNREACHABLE: { retry: 'transient', summary: 'The Kubernetes API cannot be reached.' },
  KUBE_TIMEOUT: { retry: 'transient', summary: 'The Kubernetes API did not answer in time.' },
  KUBE_NOT_FOUND: { retry: 'waiting', summary: 'The object does not exist.' },
  KUBE_KIND_UNKNOWN: { retry: 'waiting', summary: 'The cluster does not serve this kind.' },
  KUBE_ALREADY_EXISTS: { retry: 'transient', summary: 'The object exists already.' },
  KUBE_CONFLICT: {
    retry: 'transient',
    summary: 'The object has changed since it was read, or another manager owns a field.',
  },
  KUBE_INVALID: { retry: 'stalled', summary: 'The cluster refuses the object as invalid.' },
  KUBE_FORBIDDEN: { retry: 'stalled', summary: 'The identity in use lacks a right.' },
  KUBE_NAMESPACE_TERMINATING: { retry: 'transient', summary: 'The namespace is being deleted and takes nothing new.' },
  KUBE_UNAUTHORIZED: { retry: 'stalled', summary: 'The cluster does not accept the credentials.' },
  KUBE_GONE: { retry: 'transient', summary: 'The resourceVersion asked for has expired.' },
  KUBE_TOO_MANY_REQUESTS: { retry: 'transient', summary: 'The cluster asks to slow down.' },
  KUBE_SERVER_ERROR: { retry: 'transient', summary: 'The cluster answered with an internal error.' },
  KUBE_REFUSED: { retry: 'stalled', summary: 'The cluster refused the request.' },
  LEASE_LOST: { retry: 'transient', summary: 'Another process holds the Lease.' },
} as const satisfies Record<string, CodeEntry>;
