import { timingSafeEqual, createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { mkdirSync, realpathSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { CapstanError, isCapstanError } from '@capstan/errors';
import { killGroup, runGit } from '../git/run-git.ts';
import { backendEnvironment, readCgiHead } from './cgi.ts';

/** A ref that a push moved. `commit` is the full hash, or null when the ref was deleted. */
export interface PushEvent {
  /** Path of the repository below the root: `mono-repo.git`. */
  readonly repository: string;
  /** Full name: `refs/heads/main`. */
  readonly ref: string;
  readonly commit: string | null;
}

/** How the host is set up. */
export interface GitHostOptions {
  /** Folder of bare repositories. */
  readonly root: string;
  /** Port on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** What a client must show, for tests; default: nothing, since only this machine reaches it. */
  readonly auth?: { readonly username: string; readonly password: string } | { readonly bearerToken: string };
  /** Called after a push for each ref that it moved. */
  readonly onPush?: (event: PushEvent) => void;
  /** Told what went wrong with a request that could not be answered. */
  readonly onError?: (error: CapstanError) => void;
}

/** A running host. */
export interface GitHost {
  readonly port: number;
  /** `http://127.0.0.1:PORT`; a repository is below it at its path. */
  readonly url: string;
  close(): Promise<void>;
}

const REQUEST =
  /^\/((?:[A-Za-z0-9_][A-Za-z0-9._-]*\/)*[A-Za-z0-9_][A-Za-z0-9._-]*?(?:\.git)?)\/(info\/refs|git-upload-pack|git-receive-pack)$/;
const REFS_TIMEOUT_MS = 10_000;

/**
 * Serves the bare repositories below `root` over HTTP on 127.0.0.1, for fetch and push, with git's own
 * `http-backend`. Only git's smart protocol is answered. Throws GIT_FAILED when the port cannot be taken.
 */
export async function startGitHost(options: GitHostOptions): Promise<GitHost> {
  mkdirSync(options.root, { recursive: true });
  const host = new Host({ ...options, root: realpathSync(options.root) });
  const server = createServer((request, response) => host.handle(request, response));
  server.requestTimeout = 0;
  const port = await listen(server, options.port);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      host.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: Error): void =>
      reject(
        new CapstanError('GIT_FAILED', `the Git host cannot listen on 127.0.0.1:${port}`, { cause, data: { port } }),
      );
    server.once('error', refuse);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', refuse);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

class Host {
  readonly #options: GitHostOptions;
  readonly #running = new Set<number>();

  constructor(options: GitHostOptions) {
    this.#options = options;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    this.#serve(request, response).catch((error: unknown) => {
      const failure = isCapstanError(error)
        ? error
        : new CapstanError('GIT_FAILED', 'the Git host failed', { cause: error });
      this.#options.onError?.(failure);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  }

  close(): void {
    for (const pid of this.#running) killGroup(pid, 'SIGKILL');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const match = REQUEST.exec(url.pathname);
    const [, repository = '', action = ''] = match ?? [];
    if (match === null || !isRepository(join(this.#options.root, repository))) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('no such repository\n');
      return;
    }
    if (!isAllowed(request, this.#options.auth)) {
      const scheme = this.#options.auth !== undefined && 'bearerToken' in this.#options.auth ? 'Bearer' : 'Basic';
      response.writeHead(401, { 'www-authenticate': `${scheme} realm="capstan"` }).end();
      return;
    }
    const pushes = request.method === 'POST' && action === 'git-receive-pack';
    const before = pushes ? await this.#refs(repository) : undefined;
    await this.#backend(
      request,
      response,
      url,
      before === undefined ? undefined : () => this.#report(repository, before),
    );
  }

  /**
   * Runs the backend and passes its answer on. `after` runs when the backend has ended, before the answer does: a
   * client that has seen the end of its push can count on the events having been sent.
   */
  #backend(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    after: (() => Promise<void>) | undefined,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const child = spawn('git', ['-c', 'safe.directory=*', 'http-backend'], {
        env: backendEnvironment(this.#options.root, request, url),
        stdio: ['pipe', 'pipe', 'ignore'],
        detached: true,
      });
      const { pid } = child;
      if (pid !== undefined) this.#running.add(pid);
      let head: Buffer | undefined = Buffer.alloc(0);
      child.stdin.on('error', () => request.unpipe(child.stdin));
      request.pipe(child.stdin);
      response.on('close', () => {
        if (!response.writableFinished) killGroup(pid, 'SIGKILL');
      });
      response.on('drain', () => child.stdout.resume());
      child.stdout.on('data', (chunk: Buffer) => {
        let body = chunk;
        if (head !== undefined) {
          head = Buffer.concat([head, chunk]);
          const parsed = readCgiHead(head);
          if (parsed === undefined) return;
          response.writeHead(parsed.status, parsed.headers);
          head = undefined;
          body = parsed.body;
        }
        if (!response.write(body)) child.stdout.pause();
      });
      child.on('error', reject);
      child.on('close', () => {
        if (pid !== undefined) this.#running.delete(pid);
        const end = (): void => {
          if (head !== undefined) response.writeHead(500);
          response.end();
        };
        if (after === undefined) {
          end();
          resolve();
        } else after().finally(end).then(resolve, reject);
      });
    });
  }

  async #report(repository: string, before: ReadonlyMap<string, string>): Promise<void> {
    const now = await this.#refs(repository);
    for (const [ref, commit] of now) {
      if (before.get(ref) !== commit) this.#options.onPush?.({ repository, ref, commit });
    }
    for (const ref of before.keys()) if (!now.has(ref)) this.#options.onPush?.({ repository, ref, commit: null });
  }

  async #refs(repository: string): Promise<ReadonlyMap<string, string>> {
    const done = await runGit({
      args: ['-c', 'safe.directory=*', 'for-each-ref', '--format=%(refname) %(objectname)'],
      directory: join(this.#options.root, repository),
      environment: { PATH: process.env['PATH'] ?? '', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
      timeoutMs: REFS_TIMEOUT_MS,
    });
    const lines = done.stdout.split('\n').filter((line) => line !== '');
    return new Map(lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)] as const));
  }
}

function isRepository(directory: string): boolean {
  return statSync(join(directory, 'HEAD'), { throwIfNoEntry: false })?.isFile() === true;
}

function isAllowed(request: IncomingMessage, auth: GitHostOptions['auth']): boolean {
  if (auth === undefined) return true;
  const wanted =
    'bearerToken' in auth
      ? `Bearer ${auth.bearerToken}`
      : `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`;
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(request.headers.authorization ?? ''), digest(wanted));
}
