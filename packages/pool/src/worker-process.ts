import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CapstanError } from '@capstan/errors';
import { readFromWorker, type FromWorker, type ToWorker } from './protocol.ts';
import { compileCache, workerArguments } from './permissions.ts';

/** How workers are started. */
export interface WorkerOptions {
  readonly entry: URL;
  readonly readable: readonly string[];
  readonly maxHeapMegabytes: number;
}

/** In /proc CPU is counted in hundredths of a second. */
const TICK_MS = 10;

/** Bytes of a worker's output that are kept, for the message of a crash. */
const OUTPUT_BYTES = 8 * 1024;

/** Settings of the C library's memory, which the launcher makes. */
const MEMORY_SETTINGS = ['MALLOC_ARENA_MAX', 'MALLOC_MMAP_THRESHOLD_'] as const;

/** A worker's whole environment: where compiled code is kept, and how memory is given back. */
function environment(readable: readonly string[]): NodeJS.ProcessEnv {
  const values = { NODE_COMPILE_CACHE: compileCache(readable) };
  const memory = MEMORY_SETTINGS.map((name) => [name, process.env[name]] as const);
  return Object.fromEntries([...Object.entries(values), ...memory].filter(([, value]) => value !== undefined));
}

/** One child process. It runs one task at a time. */
export class WorkerProcess {
  private readonly child: ChildProcess;
  private readonly maxHeapMegabytes: number;
  private output = '';
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>;
  /** Tasks that it has finished. */
  served = 0;

  constructor(
    options: WorkerOptions,
    onMessage: (message: FromWorker | undefined) => void,
    onGone: (failure: CapstanError) => void,
  ) {
    this.maxHeapMegabytes = options.maxHeapMegabytes;
    this.child = fork(fileURLToPath(options.entry), [], {
      execArgv: workerArguments(options.readable, options.maxHeapMegabytes),
      serialization: 'advanced',
      env: environment(options.readable),
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.output = (this.output + chunk.toString('utf8')).slice(-OUTPUT_BYTES);
    });
    this.child.on('message', (message) => onMessage(readFromWorker(message)));
    this.gone = new Promise((resolve) => {
      const end = (code: number | null, signal: NodeJS.Signals | null): void => {
        resolve();
        onGone(this.failure(code, signal));
      };
      this.child.once('close', end);
      this.child.once('error', () => {
        // A process that could not be started never closes.
        if (this.child.pid === undefined) end(null, null);
      });
    });
  }

  /** The process id; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  /** CPU that it has used so far, where `/proc` tells. */
  cpuMilliseconds(): number | undefined {
    try {
      const text = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8');
      // The name stands in brackets and may hold anything; the numbers come after it.
      const [user, system] = text
        .slice(text.lastIndexOf(')') + 2)
        .split(' ')
        .slice(11, 13)
        .map(Number);
      return ((user ?? 0) + (system ?? 0)) * TICK_MS;
    } catch {
      // Another system, or gone: then time alone tells.
      return undefined;
    }
  }

  /** Sends a message; one to a process that is gone is dropped: its task fails by that. */
  send(message: ToWorker): void {
    if (this.child.connected) this.child.send(message, () => undefined);
  }

  /** Ends the process at once, whatever it does. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  private failure(code: number | null, signal: NodeJS.Signals | null): CapstanError {
    if (/heap out of memory|invalid array length Allocation failed/i.test(this.output)) {
      return new CapstanError('POOL_MEMORY', `a worker used more than ${this.maxHeapMegabytes} MB and was stopped`, {
        data: { maxHeapMegabytes: this.maxHeapMegabytes },
      });
    }
    const how = signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
    const last = this.output.trim().split('\n').slice(-3).join(' | ');
    return new CapstanError('POOL_CRASHED', `a worker ended unexpectedly (${how})${last === '' ? '' : `: ${last}`}`, {
      data: { exitCode: code, signal },
    });
  }
}
