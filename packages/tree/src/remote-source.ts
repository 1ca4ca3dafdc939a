import type { CapstanError } from '@capstan/errors';
import type { FileTree } from './file-tree.ts';

/** Something elsewhere that a kustomization names: a Git repository at a reference, or one file behind a URL. */
export type RemoteRequest =
  | {
      readonly kind: 'repository';
      /** What is cloned. */
      readonly url: string;
      /** A branch, a tag, a full ref name or a commit, as `git fetch` takes it; empty for `HEAD`. */
      readonly ref: string;
      /** Whether submodules are there, too. */
      readonly submodules: boolean;
      /** How long one step may take, as the URL asks for it. */
      readonly timeoutSeconds: number;
    }
  | { readonly kind: 'file'; readonly url: string };

/**
 * What came of a request. A repository is pinned: `commit` is what the reference named, and the tree is that commit's.
 * `status` is the status of an HTTP server that answered without success. `failed` is everything else that went wrong.
 */
export type RemoteAnswer =
  | { readonly kind: 'repository'; readonly commit: string; readonly tree: FileTree }
  | { readonly kind: 'file'; readonly digest: string; readonly bytes: Uint8Array }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'failed'; readonly error: CapstanError };

/**
 * Gets what kustomizations name elsewhere, answers in the order of the requests: the only way to a network that a build
 * has, and it has it only where its caller passes one. Whoever makes it guards it: which addresses, how large, how long.
 */
export type FetchRemote = (requests: readonly RemoteRequest[]) => Promise<readonly RemoteAnswer[]>;

/** One text for all requests that ask for the same; how long it may take is no part of what is asked for. */
export function remoteKey(request: RemoteRequest): string {
  if (request.kind === 'file') return JSON.stringify(['file', request.url]);
  return JSON.stringify(['repository', request.url, request.ref, request.submodules]);
}

/** What stands for an answer: equal digests mean that a build would see the same. */
export function remoteDigest(answer: RemoteAnswer): string {
  switch (answer.kind) {
    case 'repository':
      return `commit:${answer.commit}`;
    case 'file':
      return answer.digest;
    case 'status':
      return `status:${answer.status}`;
    case 'failed':
      return `failed:${answer.error.code}`;
    default:
      return answer satisfies never;
  }
}
