import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CapstanError, isCapstanError } from '@capstan/errors';
import { GitObjects, type ObjectCache } from './git-objects.ts';
import type { GitHistory } from '../git-source.ts';
import type { Revision } from '../revision.ts';
import { historyOf } from './history.ts';
import { ObjectReader, type GitObject } from './object-reader.ts';
import type { Remote } from './remote.ts';
import { runGit } from './run-git.ts';

/** Commits that a mirror keeps; those used longest ago go first. */
const KEEP_COMMITS = 24;
/** Fetches after which a mirror is packed anew and freed of what nothing holds. */
const PACK_EVERY = 48;
/** How far back is looked for a commit that a server does not hand out by its hash, before all of it is fetched. */
const DEEPEN = 50;
const LOCAL_TIMEOUT_MS = 120_000;
const COMMITS = 'refs/capstan/commits/';
const HISTORY = 'refs/capstan/history/';
const TAG = 'refs/capstan/looked-at/tag';
const GITLINK = '160000';
const SIGNED = 'refs/capstan/looked-at/signed';

/**
 * A bare repository that holds, of one remote as one identity, the commits that were asked for: each without its
 * history, under a ref of its own. A commit counts as there once its ref is, which git writes last.
 */
export class Mirror {
  readonly directory: string;
  readonly objects: GitObjects;
  readonly #reader: ObjectReader;
  readonly #local: Readonly<Record<string, string>>;
  /** Commits that are whole, least recently used first. */
  readonly #commits = new Set<string>();
  #opened: Promise<void> | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #fetches = 0;

  constructor(directory: string, name: string, local: Readonly<Record<string, string>>, cache: ObjectCache) {
    this.directory = directory;
    this.#local = local;
    this.#reader = new ObjectReader(directory, local);
    this.objects = new GitObjects(name, this.#reader, cache);
  }

  /** Whether a commit is there, whole. Counts as a use of it. */
  async has(commit: string): Promise<boolean> {
    await this.#open();
    if (!this.#commits.delete(commit)) return false;
    this.#commits.add(commit);
    return true;
  }

  /** Brings a commit in, by its hash or else through the ref that it was reached by. One fetch at a time. */
  async fetch(remote: Remote, commit: string, reference: string): Promise<void> {
    await this.#open();
    await this.#exclusive(async () => {
      if (this.#commits.has(commit)) return;
      await this.#fetchByHash(remote, commit).catch(async (error: unknown) => {
        if (!isCapstanError(error, 'GIT_REF_NOT_FOUND')) throw error;
        await this.#fetchByReference(remote, commit, reference, error);
      });
      this.#commits.add(commit);
      await this.#tidy();
    });
  }

  /** The full hash of the one commit that begins with `prefix`; undefined when there is none. Fetches all history. */
  async expand(remote: Remote, prefix: string): Promise<string | undefined> {
    await this.#open();
    return this.#exclusive(async () => {
      await this.#fetchAll(remote);
      const found = await this.#git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${prefix}^{commit}`]);
      const hash = found.stdout.trim();
      return found.code === 0 && hash !== '' ? hash : undefined;
    });
  }

  /** An object of the mirror by its full hash. */
  read(hash: string): Promise<GitObject | undefined> {
    return this.#reader.read(hash);
  }

  /** Looks at a tag on the server: what it is, and the commit that it is of in the end. */
  async fetchTag(
    remote: Remote,
    reference: string,
  ): Promise<{ readonly type: string; readonly bytes: Uint8Array; readonly peeled: string }> {
    await this.#open();
    return this.#exclusive(async () => {
      // The commit is there already, so that this brings the tag alone.
      await remote.fetch(this.directory, [], [`+${reference}:${TAG}`]);
      const [hash = '', peeled = ''] = (await this.#must(['rev-parse', TAG, `${TAG}^{commit}`])).split('\n');
      const object = await this.#reader.read(hash);
      if (object === undefined) throw new CapstanError('GIT_FAILED', `git has not kept the tag ${reference}`);
      return { ...object, peeled };
    });
  }

  /** The settings in a file of a commit, as git itself reads them: `key` and value; none where there is no file. */
  async settings(commit: string, file: string): Promise<readonly (readonly [string, string])[]> {
    const blob = await this.#git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}:${file}`]);
    if (blob.code !== 0) return [];
    const listed = await this.#must(['config', '--blob', blob.stdout.trim(), '--no-includes', '--null', '--list']);
    return listed.split('\0').flatMap((entry) => {
      const end = entry.indexOf('\n');
      return end < 0 ? [] : [[entry.slice(0, end), entry.slice(end + 1)] as const];
    });
  }

  /** The commit of another repository that a commit has at a path; undefined where something else or nothing is there. */
  async gitlink(commit: string, path: string): Promise<string | undefined> {
    const listed = await this.#must(['--literal-pathspecs', 'ls-tree', '-z', '--full-tree', commit, '--', path]);
    const [, mode, hash] = /^(\d+) \w+ ([0-9a-f]+)\t/.exec(listed) ?? [];
    return mode === GITLINK ? hash : undefined;
  }

  /** Fetches the whole history of a commit and lets `work` look at it; nothing else touches the mirror meanwhile. */
  async withHistory<Result>(
    remote: Remote,
    { commit, reference }: Revision,
    work: (history: GitHistory) => Promise<Result>,
  ): Promise<Result> {
    await this.#open();
    return this.#exclusive(async () => {
      const whole = ['--depth=2147483647'];
      await remote.fetch(this.directory, whole, [`+${commit}:${SIGNED}`]).catch(async (error: unknown) => {
        if (!isCapstanError(error, 'GIT_REF_NOT_FOUND')) throw error;
        if (reference === '') await this.#fetchAll(remote);
        else await remote.fetch(this.directory, whole, [`+${reference}:${SIGNED}`]);
      });
      return work(
        historyOf(
          this.directory,
          commit,
          (args) => this.#must(args),
          (hash) => this.#reader.read(hash),
        ),
      );
    });
  }

  close(): void {
    this.#reader.close();
  }

  /** Removes it from the disk. */
  remove(): void {
    this.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  #exclusive<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#queue.then(work, work);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  #open(): Promise<void> {
    this.#opened ??= this.#prepare().catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  async #prepare(): Promise<void> {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    if (!existsSync(join(this.directory, 'HEAD'))) {
      await this.#must(['init', '--quiet', '--bare', '--template=', '--initial-branch=none', '.']);
    }
    // A process that was killed leaves its locks; only this one works here.
    for (const name of readdirSync(this.directory)) {
      if (name.endsWith('.lock')) rmSync(join(this.directory, name), { force: true });
    }
    const refs = await this.#must(['for-each-ref', '--sort=creatordate', '--format=%(refname)', COMMITS]);
    for (const ref of refs.split('\n')) if (ref !== '') this.#commits.add(ref.slice(COMMITS.length));
  }

  #fetchByHash(remote: Remote, commit: string): Promise<void> {
    return remote.fetch(this.directory, ['--depth=1'], [`+${commit}:${COMMITS}${commit}`]);
  }

  async #fetchByReference(remote: Remote, commit: string, reference: string, refused: CapstanError): Promise<void> {
    if (reference === '') await this.#fetchAll(remote);
    else {
      for (const depth of ['--depth=1', `--depth=${DEEPEN}`, '--depth=2147483647']) {
        await remote.fetch(this.directory, [depth], [`+${reference}:${HISTORY}reference`]);
        if (await this.#hasObject(commit)) break;
      }
    }
    if (!(await this.#hasObject(commit))) {
      throw new CapstanError('GIT_REF_NOT_FOUND', `the repository has no commit ${commit}`, {
        data: { commit, reference },
        cause: refused,
      });
    }
    await this.#must(['update-ref', `${COMMITS}${commit}`, commit]);
  }

  #fetchAll(remote: Remote): Promise<void> {
    const refs = ['heads', 'tags'].map((kind) => `+refs/${kind}/*:${HISTORY}${kind}/*`);
    return remote.fetch(this.directory, ['--prune', '--depth=2147483647'], refs);
  }

  /** Whether a commit is reachable from what a fetch has brought, so that everything below it is there. */
  async #hasObject(commit: string): Promise<boolean> {
    const found = await this.#git([
      'for-each-ref',
      '--count=1',
      '--format=%(refname)',
      `--contains=${commit}`,
      HISTORY,
    ]);
    return found.code === 0 && found.stdout.trim() !== '';
  }

  async #tidy(): Promise<void> {
    for (const commit of this.#commits) {
      if (this.#commits.size <= KEEP_COMMITS) break;
      await this.#must(['update-ref', '-d', `${COMMITS}${commit}`]);
      this.#commits.delete(commit);
    }
    this.#fetches++;
    if (this.#fetches % PACK_EVERY !== 0) return;
    await this.#must(['gc', '--quiet', '--prune=2.hours.ago']);
    this.#reader.restart();
  }

  #git(args: readonly string[]): ReturnType<typeof runGit> {
    return runGit({ args, directory: this.directory, environment: this.#local, timeoutMs: LOCAL_TIMEOUT_MS });
  }

  async #must(args: readonly string[]): Promise<string> {
    const done = await this.#git(args);
    if (done.code === 0) return done.stdout;
    throw new CapstanError(
      'GIT_FAILED',
      `git ${args[0] ?? ''} failed on a mirror: ${done.stderr.trim().slice(0, 300)}`,
    );
  }
}
