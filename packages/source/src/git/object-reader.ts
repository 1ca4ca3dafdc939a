import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { CapstanError } from '@capstan/errors';
import { MAX_FILE_BYTES } from '@capstan/tree';
import { killGroup } from './run-git.ts';

/** An object as git stores it. */
export interface GitObject {
  readonly type: string;
  readonly bytes: Buffer;
}

interface Pending {
  readonly hash: string;
  readonly resolve: (object: GitObject | undefined) => void;
  readonly reject: (error: Error) => void;
}

type CatFile = ChildProcessByStdio<Writable, Readable, null>;

/** How long a reader with nothing to do keeps its process. */
const IDLE_MS = 30_000;
/** How long the process may be silent while something is asked of it. */
const SILENCE_MS = 60_000;

/**
 * Reads objects of one repository through a `git cat-file --batch` process that is started when needed, kept warm and
 * ended when idle. Answers come in the order of the questions. An object beyond MAX_FILE_BYTES is refused (TREE_LIMIT)
 * before it is read.
 */
export class ObjectReader {
  readonly #directory: string;
  readonly #environment: Readonly<Record<string, string>>;
  #child: CatFile | undefined;
  #pending: Pending[] = [];
  #chunks: Buffer[] = [];
  #buffered = 0;
  #header: { readonly type: string; readonly size: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(directory: string, environment: Readonly<Record<string, string>>) {
    this.#directory = directory;
    this.#environment = environment;
  }

  /** The object with this full hash; undefined when the repository does not have it. */
  read(hash: string): Promise<GitObject | undefined> {
    if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(hash)) return Promise.resolve(undefined);
    if (this.#closed) return Promise.reject(new CapstanError('GIT_FAILED', 'the repository has been closed'));
    return new Promise((resolve, reject) => {
      this.#pending.push({ hash, resolve, reject });
      const child = this.#child ?? this.#start();
      child.stdin.write(`${hash}\n`);
      this.#arm();
    });
  }

  /** Ends the process. What is still asked fails. */
  close(): void {
    this.#closed = true;
    this.#stop(new CapstanError('GIT_FAILED', 'the repository has been closed'));
  }

  /** Ends the process; what is still asked goes to a new one. For when packs have been replaced. */
  restart(): void {
    const pending = this.#pending;
    this.#pending = [];
    this.#stop(undefined);
    if (pending.length === 0) return;
    this.#pending = pending;
    const child = this.#start();
    for (const { hash } of pending) child.stdin.write(`${hash}\n`);
    this.#arm();
  }

  #start(): CatFile {
    const child = spawn('git', ['cat-file', '--batch'], {
      cwd: this.#directory,
      env: { ...this.#environment },
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
    });
    this.#child = child;
    child.stdout.on('data', (chunk: Buffer) => this.#take(child, chunk));
    child.stdin.on('error', () => this.#lost(child));
    child.on('error', () => this.#lost(child));
    child.on('close', () => this.#lost(child));
    return child;
  }

  #lost(child: CatFile): void {
    if (this.#child !== child) return;
    this.#stop(new CapstanError('GIT_FAILED', 'git ended while objects were read'));
  }

  #stop(error: Error | undefined): void {
    clearTimeout(this.#timer);
    const child = this.#child;
    this.#child = undefined;
    this.#chunks = [];
    this.#buffered = 0;
    this.#header = undefined;
    killGroup(child?.pid, 'SIGKILL');
    const pending = this.#pending;
    this.#pending = [];
    if (error !== undefined) for (const { reject } of pending) reject(error);
  }

  /** One timer: ends an idle process, and fails the questions of one that does not answer. */
  #arm(): void {
    clearTimeout(this.#timer);
    const busy = this.#pending.length > 0;
    this.#timer = setTimeout(
      () => this.#stop(new CapstanError('GIT_TIMEOUT', `git gave no object within ${SILENCE_MS / 1000} s`)),
      busy ? SILENCE_MS : IDLE_MS,
    );
    this.#timer.unref();
  }

  #take(child: CatFile, chunk: Buffer): void {
    if (this.#child !== child) return;
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    while (this.#child === child && this.#answer()) continue;
    if (this.#child === child) this.#arm();
  }

  /** Takes one whole answer out of what has arrived; false when there is none yet. */
  #answer(): boolean {
    const asked = this.#pending[0];
    if (asked === undefined) return false;
    if (this.#header === undefined && !this.#readHeader(asked)) return false;
    const header = this.#header;
    if (header === undefined) return true;
    if (this.#buffered < header.size + 1) return false;
    const all = this.#joined();
    // A copy with memory of its own: a slice, also one of Buffer's pool, would keep 64 KiB alive for a small file.
    const bytes = Buffer.allocUnsafeSlow(header.size);
    all.copy(bytes, 0, 0, header.size);
    this.#keep(all.subarray(header.size + 1));
    this.#header = undefined;
    this.#pending.shift();
    asked.resolve({ type: header.type, bytes });
    return true;
  }

  /** Reads `HASH TYPE SIZE` or `HASH missing`. False when the line is not there yet. */
  #readHeader(asked: Pending): boolean {
    const all = this.#joined();
    const end = all.indexOf(0x0a);
    if (end < 0) return false;
    const [, type = '', size] = all.subarray(0, end).toString('latin1').split(' ');
    this.#keep(all.subarray(end + 1));
    if (size === undefined) {
      this.#pending.shift();
      asked.resolve(undefined);
      return true;
    }
    if (Number(size) > MAX_FILE_BYTES) {
      this.#pending.shift();
      asked.reject(
        new CapstanError('TREE_LIMIT', `object ${asked.hash} has ${size} bytes; ${MAX_FILE_BYTES} are allowed`, {
          data: { object: asked.hash, size: Number(size) },
        }),
      );
      this.restart();
      return true;
    }
    this.#header = { type, size: Number(size) };
    return true;
  }

  #joined(): Buffer {
    const [first, ...others] = this.#chunks;
    const all = first !== undefined && others.length === 0 ? first : Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#buffered = rest.length;
  }
}
