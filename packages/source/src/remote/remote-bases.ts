import { createHash } from 'node:crypto';
import { CapstanError, isCapstanError } from '@capstan/errors';
import { remoteKey, type FetchRemote, type RemoteAnswer, type RemoteRequest } from '@capstan/tree';
import type { GitRequest, GitSource } from '../git-source.ts';
import { serverOf } from '../git/git-url.ts';
import { Limiter, Shared, type Limits } from '../git/limiter.ts';
import { requestBeside } from '../git/submodules.ts';
import { treeWithSubmodules } from '../git/tree-with-submodules.ts';
import type { HttpFiles } from './http-files.ts';

/** What remote bases are fetched with. */
export interface RemoteBasesOptions {
  readonly git: GitSource;
  readonly http: Pick<HttpFiles, 'get' | 'close'>;
  /** The wall clock, in milliseconds. */
  readonly now: () => number;
  /** Milliseconds for which an answer counts as what would be answered now. */
  readonly freshMs?: number;
}

/** On whose behalf is fetched. */
export interface RemoteAccess {
  /** The repository that names the bases; its credentials are shown to its own server, and to no other. */
  readonly source?: GitRequest;
  readonly signal?: AbortSignal;
}

const DEFAULT_FRESH_MS = 30_000;
/** Answers that are kept, and bytes of files among them. */
const MAX_KEPT = 256;
const MAX_KEPT_BYTES = 64 * 1024 * 1024;
/** Seconds that one step may take, whatever a URL asks for. */
const MAX_TIMEOUT_SECONDS = 300;
/** Things that are fetched at once: from one server, and in all. */
const AT_ONCE: Limits = { each: 8, all: 16 };

interface Kept {
  readonly answer: RemoteAnswer;
  readonly until: number;
  readonly bytes: number;
}

/**
 * Fetches what kustomizations name elsewhere: repositories, pinned to the commit that a reference names now, and files.
 * The same is asked for once by all who may see it the same way; answers are kept for a moment and bounded.
 */
export class RemoteBases {
  readonly #options: RemoteBasesOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #running = new Shared<RemoteAnswer>();
  readonly #limiter = new Limiter(AT_ONCE);
  #bytes = 0;

  constructor(options: RemoteBasesOptions) {
    this.#options = options;
  }

  /** The capability for renders of one source. */
  fetchFor(access: RemoteAccess = {}): FetchRemote {
    return (requests) => Promise.all(requests.map((request) => this.#answer(request, access)));
  }

  /** Ends what runs. */
  async close(): Promise<void> {
    await Promise.all([this.#options.git.close(), this.#options.http.close()]);
  }

  #answer(request: RemoteRequest, access: RemoteAccess): Promise<RemoteAnswer> {
    const key = `${scopeOf(request, access)} ${remoteKey(request)}`;
    const found = this.#find(key);
    if (found !== undefined) return Promise.resolve(found);
    return this.#running.run(key, access.signal, () =>
      this.#limiter.run(serverOf(request.url) ?? '', async () => {
        const answer = await this.#fetch(request, access.source);
        if (answer.kind !== 'failed') this.#keep(key, answer);
        return answer;
      }),
    );
  }

  async #fetch(request: RemoteRequest, source: GitRequest | undefined): Promise<RemoteAnswer> {
    if (request.kind === 'file') return this.#options.http.get(request.url);
    const timeoutSeconds = Math.min(request.timeoutSeconds, MAX_TIMEOUT_SECONDS);
    const { git } = this.#options;
    try {
      const at =
        source === undefined
          ? { url: request.url, timeoutSeconds }
          : requestBeside(source, request.url, timeoutSeconds);
      const revision = await git.resolve(at, { kind: 'fetched', text: request.ref });
      // The commit is fetched by the reference that it was found by: not every server hands one out by its hash.
      const tree = request.submodules
        ? await treeWithSubmodules(git, at, revision, undefined, { links: 'follow' })
        : await git.tree(at, revision);
      return { kind: 'repository', commit: revision.commit, tree };
    } catch (error) {
      return { kind: 'failed', error: isCapstanError(error) ? error : unexpected(error) };
    }
  }

  #find(key: string): RemoteAnswer | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined || kept.until <= this.#options.now()) return undefined;
    return kept.answer;
  }

  #keep(key: string, answer: RemoteAnswer): void {
    this.#forget(key);
    const bytes = answer.kind === 'file' ? answer.bytes.length : 0;
    this.#kept.set(key, { answer, bytes, until: this.#options.now() + (this.#options.freshMs ?? DEFAULT_FRESH_MS) });
    this.#bytes += bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MAX_KEPT && this.#bytes <= MAX_KEPT_BYTES) return;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0;
    this.#kept.delete(key);
  }
}

/** Answers that credentials opened are for those alone who have them. */
function scopeOf(request: RemoteRequest, { source }: RemoteAccess): string {
  if (source === undefined || request.kind === 'file') return '';
  const { credentials } = requestBeside(source, request.url, 0);
  return credentials === undefined ? '' : createHash('sha256').update(JSON.stringify(credentials)).digest('hex');
}

function unexpected(cause: unknown): CapstanError {
  return new CapstanError('REMOTE_FAILED', 'a repository could not be fetched', { cause });
}
