import { createServer } from 'node:net';
import { join } from 'node:path';
import { CapstanError, isCapstanError } from '@capstan/errors';
import { startGitHost, type GitRequest, type GitSource } from '@capstan/source';
import { createGitRepository, type GitRepository } from '@capstan/testkit';
import type { Commit } from './scenario.ts';

/** What a client must show to see a repository whose name says that it is private. */
const PRIVATE = { repository: 'private.git', username: 'dev', password: 'right' } as const;

/** The host of a scenario's repositories: every scenario has its own, so that several run side by side. */
export function hostOf(scenario: string): string {
  return `${scenario}.git.example`;
}

/** `git.example` in a text by the scenario's own host. */
export function withOwnHost(text: string, scenario: string): string {
  return text.replaceAll(/(?<![.\w-])git\.example/g, hostOf(scenario));
}

/** A scenario's own host by `git.example`, as recorded. */
export function withRecordedHost(text: string, scenario: string): string {
  return text.replaceAll(hostOf(scenario), 'git.example');
}

/** The repositories of scenarios on loopback, under names that do not exist: `NAME.git.example`, `down.example`. */
export interface GitWorld {
  /** Reaches the repositories under their names; errors name them so too. */
  source(inner: GitSource): GitSource;
  /** Makes a commit of a scenario. Returns its hash. */
  commit(scenario: string, commit: Commit, files: Readonly<Record<string, string | null>>): Promise<string>;
  close(): Promise<void>;
}

/** Starts the hosts over the bare repositories below `root`. */
export async function startGitWorld(root: string): Promise<GitWorld> {
  const open = await startGitHost({ root, port: 0 });
  const guarded = await startGitHost({ root, port: 0, auth: PRIVATE });
  const closedPort = await freePort();
  const repositories = new Map<string, Promise<GitRepository>>();
  const address = (url: string): string => {
    const down = /^https?:\/\/down\.example(?=\/|$)/.exec(url);
    if (down !== null) return `http://127.0.0.1:${closedPort}${url.slice(down[0].length)}`;
    const named = /^https?:\/\/([\w-]+)\.git\.example\/(.*)$/.exec(url);
    if (named === null) return url;
    const [, scenario = '', path = ''] = named;
    return `${path === PRIVATE.repository ? guarded.url : open.url}/${scenario}/${path}`;
  };
  return {
    source: (inner) => renamed(inner, address),
    commit: async (scenario, { commit, message, branch, tag, forcePush, repository }, files) => {
      const name = new URL(repository ?? 'http://git.example/repo.git').pathname.slice(1);
      const directory = join(root, scenario, name);
      const known = repositories.get(directory) ?? createGitRepository(directory);
      repositories.set(directory, known);
      const git = await known;
      const hash = await git.commit(files, message, {
        ...(branch === undefined ? {} : { branch }),
        ...(forcePush === undefined ? {} : { force: forcePush }),
      });
      if (tag !== undefined) await git.tag(tag, { at: hash });
      if (hash === '') throw new Error(`no commit came of ${commit}`);
      return hash;
    },
    close: async () => {
      await Promise.all([open.close(), guarded.close()]);
    },
  };
}

/** A Git source whose URLs are looked up first. */
function renamed(inner: GitSource, address: (url: string) => string): GitSource {
  const at = (request: GitRequest): GitRequest => ({ ...request, url: address(request.url) });
  return {
    resolve: (request, reference, signal) =>
      told(request, address, () => inner.resolve(at(request), reference, signal)),
    tree: (request, revision, signal, options) =>
      told(request, address, () => inner.tree(at(request), revision, signal, options)),
    readCommit: (request, revision) => told(request, address, () => inner.readCommit(at(request), revision)),
    readTag: (request, revision) => told(request, address, () => inner.readTag(at(request), revision)),
    withHistory: (request, revision, work) =>
      told(request, address, () => inner.withHistory(at(request), revision, work)),
    submodules: (request, commit) => told(request, address, () => inner.submodules(at(request), commit)),
    describe: (request, commit) => told(request, address, () => inner.describe(at(request), commit)),
    close: () => inner.close(),
  };
}

async function told<T>(request: GitRequest, address: (url: string) => string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    const real = address(request.url);
    const named = (text: string): string => text.replaceAll(real, request.url);
    const data = Object.fromEntries(
      Object.entries(error.data).map(([key, value]) => [key, typeof value === 'string' ? named(value) : value]),
    );
    throw new CapstanError(error.code, named(error.message), { data, cause: error.cause });
  }
}

/** A port that nobody listens on, as far as one can know. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 1));
    });
  });
}
