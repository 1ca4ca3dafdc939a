import { CapstanError } from '@capstan/errors';
import type { GitCredentials } from '../credentials/git-credentials.ts';
import type { GitHubAppTokens } from '../credentials/github-app.ts';
import { allowedAddress, type AllowsAddress } from '../remote/own-address.ts';
import { classifyFailure } from './classify-failure.ts';
import { openSession } from './environment.ts';
import { serverOf, type GitUrl } from './git-url.ts';
import type { Limiter } from './limiter.ts';
import { parseLsRemote, type RemoteRefs } from './references.ts';
import { runGit } from './run-git.ts';
import { scrub, secretsOf } from './scrub.ts';

/** What all remotes of one source share. */
export interface RemoteContext {
  /** Environment of every git process. */
  readonly base: Readonly<Record<string, string>>;
  /** Folder for the files of a session. */
  readonly scratch: string;
  readonly limiter: Limiter;
  /** Bytes of one pack, at most. */
  readonly maxPackBytes: number;
  readonly githubApps: GitHubAppTokens;
  /** Whether git sees the person's own settings. */
  readonly asUser: boolean;
  /** Addresses that may be asked; all when absent. */
  readonly allowsAddress?: AllowsAddress;
}

/** The user name that GitHub takes with an installation's token. */
const TOKEN_USER = 'x-access-token';

/** A server's repository, talked to as one identity. Every error is scrubbed of that identity's secrets. */
export class Remote {
  readonly #context: RemoteContext;
  readonly #url: GitUrl;
  readonly #credentials: GitCredentials | undefined;
  readonly #timeoutMs: number;

  constructor(context: RemoteContext, url: GitUrl, credentials: GitCredentials | undefined, timeoutMs: number) {
    this.#context = context;
    this.#url = url;
    this.#credentials = credentials;
    this.#timeoutMs = timeoutMs;
  }

  /** What the server lists, narrowed to `names` where there are any. */
  async list(directory: string, names: readonly string[]): Promise<RemoteRefs> {
    const args = ['ls-remote', '--symref', '--quiet', '--end-of-options', this.#url.url, ...names];
    return parseLsRemote(await this.#run('list', `list references of ${this.#url.url}`, directory, args));
  }

  /** Fetches refspecs into the repository at `directory`. */
  async fetch(directory: string, options: readonly string[], refspecs: readonly string[]): Promise<void> {
    const fixed = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--no-auto-maintenance'];
    const args = ['fetch', ...fixed, '--force', ...options, '--end-of-options', this.#url.url, ...refspecs];
    await this.#run('fetch', `fetch from ${this.#url.url}`, directory, args);
  }

  async #run(operation: string, doing: string, directory: string, args: readonly string[]): Promise<string> {
    const credentials = await this.#shown();
    const { base, scratch, asUser } = this.#context;
    const pinned = await this.#pinned();
    const session = openSession(base, scratch, this.#url, {
      credentials,
      asUser,
      ...(pinned === undefined ? {} : { pinned }),
    });
    try {
      const done = await this.#context.limiter.run(serverOf(this.#url.url) ?? '', () =>
        runGit({
          args,
          directory,
          environment: session.environment,
          timeoutMs: this.#timeoutMs,
          maxFileBytes: this.#context.maxPackBytes,
        }),
      );
      if (done.code === 0) return done.stdout;
      throw classifyFailure(doing, scrub(done.stderr, this.#secrets(credentials)), done.code);
    } catch (error) {
      if (!(error instanceof CapstanError)) throw error;
      const app = this.#credentials?.githubApp;
      if (app !== undefined && error.code === 'GIT_AUTH_FAILED') this.#context.githubApps.forget(app, this.#url.url);
      const message = error.message.includes(this.#url.url) ? error.message : `cannot ${doing}: ${error.message}`;
      throw new CapstanError(error.code, message, { data: { ...error.data, url: this.#url.url, operation } });
    } finally {
      session.dispose();
    }
  }

  /** The one address that is connected to, where not all may be. Throws REMOTE_NOT_ALLOWED, REMOTE_FAILED. */
  async #pinned(): Promise<string | undefined> {
    const { allowsAddress } = this.#context;
    const { server } = this.#url;
    return allowsAddress === undefined || server === undefined ? undefined : allowedAddress(server.host, allowsAddress);
  }

  /** What is shown to the server: a GitHub App's token, where it is one that asks. */
  async #shown(): Promise<GitCredentials | undefined> {
    const { githubApp, ...rest } = this.#credentials ?? {};
    if (githubApp === undefined) return this.#credentials;
    const password = await this.#context.githubApps.get(githubApp, this.#url.url, rest);
    return { ...rest, basic: { username: TOKEN_USER, password } };
  }

  #secrets(credentials: GitCredentials | undefined): readonly string[] {
    return [
      ...secretsOf(credentials),
      ...secretsOf(this.#credentials),
      ...secretsOf(this.#url.userinfo && { basic: this.#url.userinfo }),
    ];
  }
}
