import type { Clock } from '@capstan/kube';
import { digestJson, type JsonValue } from '@capstan/object';
import type { GitReference, GitRequest, GitSource, Revision } from '@capstan/source';
import { normalizeArgoUrl, treeWithSubmodules } from '@capstan/source';
import type { FileTree } from '@capstan/tree';

const MAX_REVISIONS = 10_000;
const MAX_TREES = 256;
/**
 * The age of a look that will do for many who come at once and want news: another one follows, and they are told where
 * that finds something else.
 */
export const SHARED_MS = 1_000;
/**
 * How old a look may grow that is shared, while they keep coming and each look finds what the last one found: hundreds of
 * new Applications would otherwise start git every second for as long as they take.
 */
const MAX_SHARED_MS = 8 * SHARED_MS;

type ArgoReference = Extract<GitReference, { kind: 'any' }>;

interface Resolved {
  readonly url: string;
  readonly at: number;
  readonly revision: Promise<Revision>;
  /** The age up to which it is shared. */
  sharedMs: number;
  /** The answer is not in yet. */
  isRunning: boolean;
  /** The look after this one, for those who ask for news while this one is under way: it may have begun too early. */
  next: Promise<Revision> | undefined;
}

/**
 * What target revisions stand for. All Applications that follow one reference of one repository share one look at it,
 * and all of one commit share its tree.
 */
export class Revisions {
  readonly #git: GitSource;
  readonly #clock: Clock;
  readonly #onMoved: (url: string) => void;
  readonly #resolved = new Map<string, Resolved>();
  readonly #trees = new Map<string, Promise<FileTree>>();
  readonly #checks = new Map<string, { readonly given: Set<Resolved>; readonly cancel: () => void }>();

  /** `onMoved` is told of a repository that has moved on since somebody was given a shared look. */
  constructor(git: GitSource, clock: Clock, onMoved: (url: string) => void = () => undefined) {
    this.#git = git;
    this.#clock = clock;
    this.#onMoved = onMoved;
  }

  /**
   * The commit that a target revision stands for, as seen within the last `maxAgeMs`, with another look to come where
   * that is no more than `SHARED_MS`; with 0, by a look that began after the call. Throws GIT_*.
   */
  resolve(request: GitRequest, text: string, maxAgeMs: number, signal: AbortSignal, tagPrefix = ''): Promise<Revision> {
    if (/^[0-9a-f]{40}$/.test(text)) return Promise.resolve({ commit: text, reference: text });
    const key = `${keyOf(request)} ${JSON.stringify([tagPrefix, text])}`;
    const reference: ArgoReference = { kind: 'any', text, ...(tagPrefix === '' ? {} : { tagPrefix }) };
    const known = this.#resolved.get(key);
    // Shared by many, so one of them going away must not end it.
    void signal;
    if (known === undefined) return this.#look(key, request, reference);
    const isShared = maxAgeMs > 0 && maxAgeMs <= SHARED_MS;
    if (maxAgeMs > 0 && this.#clock.monotonic() - known.at <= (isShared ? known.sharedMs : maxAgeMs)) {
      if (isShared) this.#checkLater(key, request, reference, known);
      return known.revision;
    }
    if (!known.isRunning) return this.#look(key, request, reference);
    known.next ??= known.revision.then(
      () => this.#look(key, request, reference),
      () => this.#look(key, request, reference),
    );
    return known.next;
  }

  /** Looks again a little after a look that others have been given the answer of: it may have begun too early. */
  #checkLater(key: string, request: GitRequest, reference: ArgoReference, known: Resolved): void {
    const pending = this.#checks.get(key);
    // One that waits already is about this look, too: somebody has been given it.
    if (pending !== undefined) {
      pending.given.add(known);
      return;
    }
    const given = new Set([known]);
    const left = Math.max(0, known.at + known.sharedMs - this.#clock.monotonic());
    const cancel = this.#clock.after(left, () => this.#check(key, request, reference, given));
    this.#checks.set(key, { given, cancel });
  }

  #check(key: string, request: GitRequest, reference: ArgoReference, given: ReadonlySet<Resolved>): void {
    this.#checks.delete(key);
    const newer = this.#resolved.get(key);
    const isGiven = newer !== undefined && given.has(newer);
    const revision = isGiven ? this.#look(key, request, reference, newer.sharedMs * 2) : newer?.revision;
    Promise.all([revision, ...[...given].map((look) => look.revision)]).then(
      ([now, ...before]) => {
        if (now === undefined || before.every((told) => told?.commit === now.commit)) return;
        const latest = this.#resolved.get(key);
        if (latest !== undefined) latest.sharedMs = SHARED_MS;
        this.#onMoved(request.url);
      },
      // Whoever asks next is told.
      () => undefined,
    );
  }

  /** Looks no more by itself. */
  close(): void {
    for (const { cancel } of this.#checks.values()) cancel();
    this.#checks.clear();
  }

  #look(key: string, request: GitRequest, reference: ArgoReference, sharedMs = SHARED_MS): Promise<Revision> {
    const revision = this.#git.resolve(request, reference);
    const entry: Resolved = {
      url: repositoryKey(request.url),
      at: this.#clock.monotonic(),
      revision,
      sharedMs: Math.min(sharedMs, MAX_SHARED_MS),
      isRunning: true,
      next: undefined,
    };
    this.#resolved.delete(key);
    this.#resolved.set(key, entry);
    revision.then(
      () => {
        entry.isRunning = false;
      },
      () => {
        entry.isRunning = false;
        if (this.#resolved.get(key) === entry) this.#resolved.delete(key);
      },
    );
    dropOldest(this.#resolved, MAX_REVISIONS);
    return revision;
  }

  /** Forgets what references of a repository stood for: somebody has pushed. */
  forget(url: string): void {
    const wanted = repositoryKey(url);
    for (const [key, known] of this.#resolved) if (known.url === wanted) this.#resolved.delete(key);
  }

  /** The tree of a commit, with its submodules where they are wanted. Throws GIT_*, and TREE_LIMIT with submodules. */
  tree(request: GitRequest, revision: Revision, submodules: boolean): Promise<FileTree> {
    const key = `${keyOf(request)} ${revision.commit} ${submodules}`;
    const known = this.#trees.get(key);
    const tree = known ?? this.#read(request, revision, submodules);
    this.#trees.delete(key);
    this.#trees.set(key, tree);
    if (known === undefined)
      tree.catch(() => {
        if (this.#trees.get(key) === tree) this.#trees.delete(key);
      });
    dropOldest(this.#trees, MAX_TREES);
    return tree;
  }

  #read(request: GitRequest, revision: Revision, submodules: boolean): Promise<FileTree> {
    return submodules
      ? treeWithSubmodules(this.#git, request, revision, undefined, { links: 'follow' })
      : this.#git.tree(request, revision);
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
