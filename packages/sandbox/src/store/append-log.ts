import { open, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { CapstanError } from '@capstan/errors';

/** Batches larger than this are written in several steps, so that one fdatasync never covers an unbounded buffer. */
const MAX_BATCH_BYTES = 8 * 1024 * 1024;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One append-only file of checked lines: `crc32-hex SPACE payload NEWLINE`. Appends are gathered while a write is
 * under way and made durable together (group commit): `durable()` resolves after the fdatasync that covers every
 * append made before the call.
 */
export class AppendLog {
  readonly #handle: FileHandle;
  #size: number;
  #pending: Buffer[] = [];
  #waiters: Waiter[] = [];
  #running = false;
  #mark = 0;
  #failure: CapstanError | undefined;
  readonly #onDurable: (mark: number) => void;

  private constructor(handle: FileHandle, size: number, onDurable: (mark: number) => void) {
    this.#handle = handle;
    this.#size = size;
    this.#onDurable = onDurable;
  }

  /** Opens `path` for appending, made when absent. `onDurable` gets the last mark of each group commit. */
  static async open(path: string, onDurable: (mark: number) => void): Promise<AppendLog> {
    const handle = await open(path, 'a', 0o600);
    return new AppendLog(handle, (await handle.stat()).size, onDurable);
  }

  /** Bytes in the file, with those still on their way. */
  get size(): number {
    return this.#size;
  }

  /** Whether everything appended is durable. */
  get idle(): boolean {
    return !this.#running && this.#pending.length === 0;
  }

  /** Why the log takes no more appends, when it does not. */
  get failure(): CapstanError | undefined {
    return this.#failure;
  }

  /** Adds one payload (no newline in it), under a growing mark. Durable once `durable()` has resolved. */
  append(payload: string, mark: number): void {
    const line = checkedLine(payload);
    this.#size += line.length;
    this.#pending.push(line);
    this.#mark = mark;
    if (!this.#running) {
      this.#running = true;
      setImmediate(() => void this.#drain());
    }
  }

  /** Resolves once every append made so far is on disk; rejects when the disk refused them. */
  async durable(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.idle) return;
    await new Promise<void>((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  /** Makes durable what is pending and closes the file. */
  async close(): Promise<void> {
    if (this.#failure === undefined) await this.durable();
    await this.#handle.close();
  }

  async #drain(): Promise<void> {
    while (this.#pending.length > 0) {
      const waiters = this.#waiters;
      const batch = this.#pending;
      const mark = this.#mark;
      this.#waiters = [];
      this.#pending = [];
      try {
        for (const chunk of chunks(batch)) await this.#handle.appendFile(chunk);
        await this.#handle.datasync();
      } catch (error) {
        this.#fail(error, waiters);
        return;
      }
      this.#onDurable(mark);
      for (const waiter of waiters) waiter.resolve();
    }
    this.#running = false;
    for (const waiter of this.#waiters.splice(0)) waiter.resolve();
  }

  #fail(error: unknown, waiters: readonly Waiter[]): void {
    this.#failure = new CapstanError(
      'SANDBOX_STATE_UNWRITABLE',
      'the state folder of the sandbox cannot be written; free disk space and start the sandbox again',
      { cause: error },
    );
    for (const waiter of [...waiters, ...this.#waiters.splice(0)]) waiter.reject(this.#failure);
  }
}

/** A payload as it stands in a log. */
export function checkedLine(payload: string): Buffer {
  const line = Buffer.from(`00000000 ${payload}\n`);
  line.write(checksum(line.subarray(CHECKSUM_LENGTH + 1, -1)), 'latin1');
  return line;
}

const CHECKSUM_LENGTH = 8;

function checksum(payload: Buffer): string {
  return crc32(payload).toString(16).padStart(CHECKSUM_LENGTH, '0');
}

/** What a log's bytes hold: the payloads, and how many bytes of it are whole (a torn tail comes after them). */
export interface LogContent {
  readonly payloads: readonly string[];
  readonly wholeBytes: number;
}

/**
 * Reads a log's bytes. A last line that is cut off or damaged is a torn write that was never answered, and is left
 * out; damage before it means lost answers.
 * @throws CapstanError SANDBOX_STATE_CORRUPT
 */
export function readLog(bytes: Buffer, path: string): LogContent {
  const payloads: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(0x0a, at);
    if (end < 0) break;
    const from = at + CHECKSUM_LENGTH + 1;
    const payload = bytes.toString('utf8', from, end);
    const intact = end >= from && bytes.toString('latin1', at, from - 1) === checksum(bytes.subarray(from, end));
    if (!intact) {
      if (bytes.indexOf(0x0a, end + 1) < 0) break;
      throw new CapstanError('SANDBOX_STATE_CORRUPT', `${path} is damaged at byte ${at}; restore it or start anew`, {
        data: { file: path, offset: at },
      });
    }
    payloads.push(payload);
    at = end + 1;
  }
  return { payloads, wholeBytes: at };
}

function* chunks(lines: readonly Buffer[]): Generator<Buffer> {
  let chunk: Buffer[] = [];
  let length = 0;
  for (const line of lines) {
    chunk.push(line);
    length += line.length;
    if (length >= MAX_BATCH_BYTES) {
      yield Buffer.concat(chunk);
      chunk = [];
      length = 0;
    }
  }
  if (chunk.length > 0) yield Buffer.concat(chunk);
}
