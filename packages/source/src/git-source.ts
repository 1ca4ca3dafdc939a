import type { FileTree } from '@capstan/tree';
import type { GitCredentials } from './credentials/git-credentials.ts';
import type { GitReference, Revision } from './revision.ts';

/** A request to look at a repository. The mirror is shared by all who ask for the same URL with the same credentials. */
export interface GitRequest {
  readonly url: string;
  readonly credentials?: GitCredentials;
  /** Whose the credentials are, where they themselves are others each hour: the mirror is this identity's. */
  readonly identity?: string;
  readonly timeoutSeconds: number;
}

/** What a commit says about itself. Dates are RFC 3339. */
export interface CommitInfo {
  readonly commit: string;
  readonly author: string;
  readonly date: string;
  readonly message: string;
}

/** Another repository's commit that a commit has at a path, as `.gitmodules` says where to find it. */
export interface Submodule {
  readonly path: string;
  readonly url: string;
  readonly commit: string;
}

/** How a commit is shown as a tree. `omit` hides symbolic links, as Flux's artifacts do; default `follow`. */
export interface TreeOptions {
  readonly links?: 'follow' | 'omit';
}

/** The commits that one commit stands on, itself first, in git's order. */
export interface GitHistory {
  /**
   * Hashes of them: all, or those whose message has some words, whatever their case; `beyond` leaves out what the given
   * commits stand on, and puts those themselves at the end. Throws GIT_FAILED where the history is not whole.
   */
  commits(options?: { readonly mentioning?: string; readonly beyond?: readonly string[] }): Promise<readonly string[]>;
  /** One of them as it is stored. */
  read(commit: string): Promise<Uint8Array>;
}

/** Git repositories as Capstan sees them: references resolve to commits, commits are trees. No working tree exists. */
export interface GitSource {
  /**
   * Which commit a reference names now, asked of the server with as little traffic as will do (`ls-remote`).
   * Concurrent calls for one repository share one round trip. Throws GIT_* errors.
   */
  resolve(request: GitRequest, reference: GitReference, signal?: AbortSignal): Promise<Revision>;
  /** The tree of a commit, fetched into the mirror when it is not there yet. */
  tree(request: GitRequest, revision: Revision, signal?: AbortSignal, options?: TreeOptions): Promise<FileTree>;
  /** A commit as it is stored, fetched when it is not there yet. */
  readCommit(request: GitRequest, revision: Revision): Promise<Uint8Array>;
  /**
   * The annotated tag that a revision was reached by, as it is stored; undefined where it was reached by anything else.
   * Throws GIT_REF_NOT_FOUND where the tag is of another commit by now.
   */
  readTag(request: GitRequest, revision: Revision): Promise<Uint8Array | undefined>;
  /** Does something with the whole history of a revision, which is fetched for it. */
  withHistory<Result>(
    request: GitRequest,
    revision: Revision,
    work: (history: GitHistory) => Promise<Result>,
  ): Promise<Result>;
  /** Author, date and message of a commit that has been fetched. */
  describe(request: GitRequest, commit: string): Promise<CommitInfo>;
  /** The submodules of a commit that has been fetched, with the URLs as they are written. Throws GIT_*, TREE_LIMIT. */
  submodules(request: GitRequest, commit: string): Promise<readonly Submodule[]>;
  /** Ends all git processes and frees the mirrors' locks. */
  close(): Promise<void>;
}
