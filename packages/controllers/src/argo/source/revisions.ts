import type { Clock } from '@capstan/kube';
import { digestJson, type JsonValue } from '@capstan/object';
import type { GitRequest, GitSource, Revision } from '@capstan/source';
import { normalizeArgoUrl } from '@capstan/source';
import type { FileTree } from '@capstan/tree';

const MAX_REVISIONS = 10_000;
const MAX_TREES = 256;
/** Askers of one moment share one answer, whatever freshness they ask for. */
const SHARED_MS = 1_000;

interface Resolved {
  readonly url: string;
  readonly at: number;
  readonly revision: Promise<Revision>;
}

/**
 * What target revisions stand for. All Applications that follow one reference of one repository share one look at it,
 * and all of one commit share its tree.
 */
export class Revisions {
  readonly #git: GitSource;
  readonly #clock: Clock;
  readonly #resolved = new Map<string, Resolved>();
  readonly #trees = new Map<string, Promise<FileTree>>();

  constructor(git: GitSource, clock: Clock) {
    this.#git = git;
    this.#clock = clock;
  }

  /** The commit that a target revision stands for, as seen within the last `maxAgeMs`. Throws GIT_*. */
  resolve(request: GitRequest, text: string, maxAgeMs: number, signal: AbortSignal): Promise<Revision> {
    if (/^[0-9a-f]{40}$/.test(text)) return Promise.resolve({ commit: text, reference: text });
    const key = `${keyOf(request)} ${text}`;
    const now = this.#clock.monotonic();
    const known = this.#resolved.get(key);
    if (known !== undefined && now - known.at <= Math.max(maxAgeMs, SHARED_MS)) return known.revision;
    // Shared by many, so one of them going away must not end it.
    const revision = this.#git.resolve(request, { kind: 'any', text });
    void signal;
    this.#resolved.delete(key);
    this.#resolved.set(key, { url: repositoryKey(request.url), at: now, revision });
    revision.catch(() => {
      if (this.#resolved.get(key)?.revision === revision) this.#resolved.delete(key);
    });
    dropOldest(this.#resolved, MAX_REVISIONS);
    return revision;
  }

  /** Forgets what references of a repository stood for: somebody has pushed. */
  forget(url: string): void {
    const wanted = repositoryKey(url);
    for (const [key, known] of this.#resolved) if (known.url === wanted) this.#resolved.delete(key);
  }

  /** The tree of a commit. Throws GIT_*. */
  tree(request: GitRequest, revision: Revision): Promise<FileTree> {
    const key = `${keyOf(request)} ${revision.commit}`;
    const known = this.#trees.get(key);
    const tree = known ?? this.#git.tree(request, revision);
    this.#trees.delete(key);
    this.#trees.set(key, tree);
    if (known === undefined)
      tree.catch(() => {
        if (this.#trees.get(key) === tree) this.#trees.delete(key);
      });
    dropOldest(this.#trees, MAX_TREES);
    return tree;
  }
}

function keyOf(request: GitRequest): string {
  const { credentials } = request;
  // Never the credentials themselves: a key may be printed.
  return `${request.url} ${credentials === undefined ? '' : digestJson(credentials as unknown as JsonValue)}`;
}

function dropOldest<Value>(map: Map<string, Value>, limit: number): void {
  if (map.size <= limit) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}

/** One spelling of a repository's address, so that a push is matched however an Application writes it. */
export function repositoryKey(url: string): string {
  return normalizeArgoUrl(url.trim().replace(/\/+$/, ''));
}
