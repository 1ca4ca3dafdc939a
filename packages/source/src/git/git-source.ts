import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve as absolute } from 'node:path';
import { CapstanError, isCapstanError } from '@capstan/errors';
import { storedTree, type FileTree } from '@capstan/tree';
import { GitHubAppTokens } from '../credentials/github-app.ts';
import type { CommitInfo, GitHistory, GitRequest, GitSource, Submodule, TreeOptions } from '../git-source.ts';
import type { AllowsAddress } from '../remote/own-address.ts';
import type { GitReference, Revision } from '../revision.ts';
import { baseEnvironment, userEnvironment } from './environment.ts';
import { digestOf, ObjectCache } from './git-objects.ts';
import { parseGitUrl, type GitProtocol } from './git-url.ts';
import { Limiter, Shared } from './limiter.ts';
import { Mirror } from './mirror.ts';
import { checkedRefName, lookupFor, resolveIn, type RemoteRefs } from './references.ts';
import { Remote, type RemoteContext } from './remote.ts';
import { declaredSubmodules, SUBMODULES_FILE } from './submodules.ts';

/** How a Git source is set up. */
export interface GitSourceOptions {
  /** Folder for mirrors; made when missing. One process uses it at a time. */
  readonly cacheDirectory: string;
  /** Protocols that URLs may use; default http, https, ssh. */
  readonly protocols?: readonly GitProtocol[];
  /** Git processes that talk to one server at once; default 8. Three times as many in all. */
  readonly concurrency?: number;
  /** Bytes of one fetched pack, at most; default 2 GiB. */
  readonly maxPackBytes?: number;
  /** Mirrors that are kept on disk, at most; default 512. */
  readonly maxMirrors?: number;
  /** Whether git sees the person's own settings, keys and helpers: for a command line, never for a server. */
  readonly asUser?: boolean;
  /** Addresses that may be asked: for URLs that content names. All when absent; with it, redirections are not followed. */
  readonly allowsAddress?: AllowsAddress;
  /** The wall clock, in milliseconds, by which tokens end; the machine's when absent. */
  readonly now?: () => number;
}

const DEFAULT_CONCURRENCY = 8;
/** Servers that may have all their processes at once: so many never answer before others have to wait for them. */
const SERVERS = 3;
const DEFAULT_MAX_PACK = 2 * 1024 * 1024 * 1024;
const DEFAULT_MAX_MIRRORS = 512;

/** A Git source over the `git` program, with bare mirrors below `cacheDirectory`. */
export function createGitSource(options: GitSourceOptions): GitSource {
  return new MirroredGitSource(options);
}

class MirroredGitSource implements GitSource {
  readonly #root: string;
  readonly #key: Buffer;
  readonly #protocols: readonly GitProtocol[];
  readonly #context: RemoteContext;
  readonly #maxMirrors: number;
  readonly #cache = new ObjectCache();
  /** Least recently used first. */
  readonly #mirrors = new Map<string, Mirror>();
  readonly #listings = new Shared<RemoteRefs>();
  readonly #fetches = new Shared<void>();

  constructor(options: GitSourceOptions) {
    this.#root = absolute(options.cacheDirectory);
    const home = join(this.#root, 'home');
    const scratch = join(this.#root, 'sessions');
    mkdirSync(home, { recursive: true, mode: 0o700 });
    rmSync(scratch, { recursive: true, force: true });
    mkdirSync(scratch, { mode: 0o700 });
    this.#key = keyIn(join(this.#root, 'key'));
    this.#protocols = options.protocols ?? ['http', 'https', 'ssh'];
    this.#maxMirrors = options.maxMirrors ?? DEFAULT_MAX_MIRRORS;
    const each = options.concurrency ?? DEFAULT_CONCURRENCY;
    this.#context = {
      base: options.asUser === true ? userEnvironment(this.#protocols) : baseEnvironment(home, this.#protocols),
      asUser: options.asUser ?? false,
      ...(options.allowsAddress === undefined ? {} : { allowsAddress: options.allowsAddress }),
      scratch,
      limiter: new Limiter({ each, all: SERVERS * each }),
      maxPackBytes: options.maxPackBytes ?? DEFAULT_MAX_PACK,
      githubApps: new GitHubAppTokens(options.now ?? Date.now),
    };
  }

  async resolve(request: GitRequest, reference: GitReference, signal?: AbortSignal): Promise<Revision> {
    const { mirror, name, remote, url } = this.#at(request);
    const lookup = lookupFor(reference);
    if (lookup.kind === 'none') return lookup.revision;
    const key = `${name} ${lookup.names.join(' ')}`;
    const listed = await this.#listings.run(key, signal, () => remote.list(this.#root, lookup.names));
    if (listed.refs.size === 0) await this.#refuseEmpty(url, remote, lookup.names, signal);
    const resolved = withUrl(url, () => resolveIn(reference, listed));
    if (resolved.kind === 'revision') return resolved.revision;
    const commit = await mirror.expand(remote, resolved.prefix);
    if (commit !== undefined) return { commit, reference: '' };
    throw new CapstanError('GIT_REF_NOT_FOUND', `${url} has no commit that begins with ${resolved.prefix}`, {
      data: { url, reference: resolved.prefix },
    });
  }

  /** A listing without a reference is that of an empty repository, unless only some names were asked for. */
  async #refuseEmpty(
    url: string,
    remote: Remote,
    names: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    signal?.throwIfAborted();
    const { refs } = names.length === 0 ? { refs: new Map() } : await remote.list(this.#root, []);
    if (refs.size === 0)
      throw new CapstanError('GIT_REPOSITORY_EMPTY', 'remote repository is empty', { data: { url } });
  }

  async tree(request: GitRequest, revision: Revision, signal?: AbortSignal, options?: TreeOptions): Promise<FileTree> {
    const { mirror, url } = await this.#fetched(request, revision, signal);
    const { commit } = revision;
    const info = await mirror.objects.commit(commit);
    if (info === undefined) throw notFetched(url, commit);
    return storedTree(digestOf(info.tree), mirror.objects, options?.links ?? 'follow');
  }

  async readCommit(request: GitRequest, revision: Revision): Promise<Uint8Array> {
    const { mirror, url } = await this.#fetched(request, revision);
    const object = await mirror.read(revision.commit);
    if (object?.type !== 'commit') throw notFetched(url, revision.commit);
    return object.bytes;
  }

  async readTag(request: GitRequest, revision: Revision): Promise<Uint8Array | undefined> {
    const { commit, reference } = revision;
    if (!reference.startsWith('refs/tags/')) return undefined;
    const { mirror, remote, url } = await this.#fetched(request, revision);
    const { type, bytes, peeled } = await mirror.fetchTag(remote, checkedRefName(reference));
    if (peeled === commit) return type === 'tag' ? bytes : undefined;
    throw new CapstanError('GIT_REF_NOT_FOUND', `${reference} of ${url} is no longer a tag of ${commit}`, {
      data: { url, reference, commit },
    });
  }

  async submodules(request: GitRequest, commit: string): Promise<readonly Submodule[]> {
    const { mirror, url } = this.#at(request);
    if (!(await mirror.has(commit))) throw notFetched(url, commit);
    const found: Submodule[] = [];
    for (const declared of declaredSubmodules(await mirror.settings(commit, SUBMODULES_FILE))) {
      const linked = await mirror.gitlink(commit, declared.path);
      if (linked !== undefined) found.push({ ...declared, commit: linked });
    }
    return found;
  }

  async withHistory<Result>(
    request: GitRequest,
    revision: Revision,
    work: (history: GitHistory) => Promise<Result>,
  ): Promise<Result> {
    const { mirror, remote } = await this.#fetched(request, revision);
    return mirror.withHistory(remote, revision, work);
  }

  async describe(request: GitRequest, commit: string): Promise<CommitInfo> {
    const { mirror, url } = this.#at(request);
    const info = (await mirror.has(commit)) ? await mirror.objects.commit(commit) : undefined;
    if (info === undefined) throw notFetched(url, commit);
    const { author, date, message } = info;
    return { commit, author, date, message };
  }

  async close(): Promise<void> {
    for (const mirror of this.#mirrors.values()) mirror.close();
    this.#mirrors.clear();
    rmSync(this.#context.scratch, { recursive: true, force: true });
  }

  async #fetched(
    request: GitRequest,
    { commit, reference }: Revision,
    signal?: AbortSignal,
  ): Promise<{ mirror: Mirror; remote: Remote; url: string }> {
    const { mirror, name, remote, url } = this.#at(request);
    if (!(await mirror.has(commit)))
      await this.#fetches.run(`${name} ${commit}`, signal, () => mirror.fetch(remote, commit, reference));
    return { mirror, remote, url };
  }

  #at(request: GitRequest): { mirror: Mirror; name: string; remote: Remote; url: string } {
    const url = parseGitUrl(request.url, this.#protocols);
    const whose = request.identity === undefined ? (request.credentials ?? null) : { identity: request.identity };
    const identity = JSON.stringify([url.url, url.userinfo ?? null, whose]);
    const name = createHmac('sha256', this.#key).update(identity).digest('hex').slice(0, 40);
    const remote = new Remote(this.#context, url, request.credentials, request.timeoutSeconds * 1000);
    return { mirror: this.#mirror(name), name, remote, url: url.url };
  }

  #mirror(name: string): Mirror {
    const directory = join(this.#root, 'mirrors', name);
    const mirror = this.#mirrors.get(name) ?? new Mirror(directory, name, this.#context.base, this.#cache);
    this.#mirrors.delete(name);
    this.#mirrors.set(name, mirror);
    for (const [oldest, old] of this.#mirrors) {
      if (this.#mirrors.size <= this.#maxMirrors) break;
      this.#mirrors.delete(oldest);
      old.remove();
    }
    return mirror;
  }
}

/** The key under which mirrors are named, so that a name tells nothing about the credentials. Kept with the mirrors. */
function keyIn(file: string): Buffer {
  try {
    const key = readFileSync(file);
    if (key.length === 32) return key;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const key = randomBytes(32);
  writeFileSync(file, key, { mode: 0o600 });
  return key;
}

function withUrl<Result>(url: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    throw new CapstanError(error.code, error.message, {
      data: { ...error.data, url, operation: 'resolve' },
      cause: error,
    });
  }
}

function notFetched(url: string, commit: string): CapstanError {
  return new CapstanError(
    'GIT_REF_NOT_FOUND',
    `commit ${commit} of ${url} has not been fetched, or is no longer kept`,
    {
      data: { url, commit },
    },
  );
}
