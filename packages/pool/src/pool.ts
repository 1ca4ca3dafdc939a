import { CapstanError } from '@capstan/errors';
import { fromFailure, toFailure } from './failure.ts';
import { FairQueue } from './fair-queue.ts';
import { readableFolders } from './permissions.ts';
import type { FromWorker } from './protocol.ts';
import { WorkerProcess } from './worker-process.ts';

/** How a pool works. */
export interface PoolOptions {
  /** The module that a worker runs; it calls `serveTasks`. */
  readonly entry: URL;
  /** Workers at the most; they start when they are needed. */
  readonly size?: number;
  /**
   * Milliseconds that tasks wait for running ones before another worker is started beside theirs; 0 when absent. A worker
   * costs more memory than a short wait is worth, and a slow task must not hold up the others. A task that gets hardly any
   * CPU is waited for longer: the machine is busy, and one more process makes it no faster.
   */
  readonly patienceMs?: number;
  /** Folders that workers may read, each with a `/` at its end. */
  readonly readable?: readonly string[];
  /** Megabytes of heap of a worker. */
  readonly maxHeapMegabytes?: number;
  /** Tasks that may wait; more are refused with POOL_FULL. */
  readonly maxQueued?: number;
  /** Milliseconds after which a worker without a task ends. */
  readonly idleMs?: number;
  /** Tasks after which a worker is replaced. */
  readonly maxTasks?: number;
}

/** How one task is run. */
export interface RunOptions {
  /** Whose task it is: keys are served in turn. */
  readonly key?: string;
  /** Milliseconds from its start to its end, its questions included. */
  readonly timeoutMs?: number;
  /** Ends the task, and the worker that runs it. */
  readonly signal?: AbortSignal;
  /** Answers what the task asks. What it throws is thrown in the task. */
  readonly onRequest?: (input: unknown) => Promise<unknown>;
}

interface Task {
  readonly id: number;
  readonly key: string;
  readonly input: unknown;
  readonly options: RunOptions;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onAbort: () => void;
}

interface Slot {
  readonly worker: WorkerProcess;
  task: Task | undefined;
  timer: NodeJS.Timeout | undefined;
  /** When its task may be too slow for others to wait for, on the monotonic clock. */
  impatientAt: number;
  /** Until when a task is waited for that the machine gives no time to, and what the worker had used before it. */
  starvedUntil: number;
  cpuBefore: number | undefined;
  idle: NodeJS.Timeout | undefined;
  /** Questions that are being answered. */
  asked: number;
  /** Why it was ended, when that was us. */
  verdict: unknown;
}

const DEFAULTS = {
  size: 2,
  patienceMs: 0,
  maxHeapMegabytes: 384,
  maxQueued: 10_000,
  idleMs: 30_000,
  maxTasks: 1_000,
} as const;
const DEFAULT_TIMEOUT_MS = 60_000;
/** The first task of a worker takes its start too. */
const START_PATIENCE = 8;
/** On a busy machine a task is slow because others run; so many times as long it is waited for before it is helped. */
const STARVED_PATIENCE = 4;
/** Questions that one task may have open. */
const MAX_OPEN_REQUESTS = 64;

/**
 * Warm child processes that run tasks on untrusted content: killable, without disk, network, children or workers, with
 * limits on time and memory. A task that hangs, crashes or fills its memory takes its worker down and nothing else.
 */
export class Pool {
  private readonly options: Required<PoolOptions>;
  private readonly queue = new FairQueue<Task>();
  private readonly slots = new Set<Slot>();
  private lastTask = 0;
  private impatience: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(options: PoolOptions) {
    this.options = { ...DEFAULTS, readable: readableFolders(options.entry), ...options };
  }

  /** Process ids of the workers, for measuring. */
  get workers(): readonly number[] {
    return [...this.slots].flatMap(({ worker }) => (worker.pid === undefined ? [] : [worker.pid]));
  }

  /** Tasks that wait and that run. */
  get load(): { readonly queued: number; readonly running: number } {
    return { queued: this.queue.size, running: [...this.slots].filter(({ task }) => task !== undefined).length };
  }

  /**
   * Runs a task in a worker and gives its result. Rejects with what the task throws, with POOL_TIMEOUT, POOL_MEMORY,
   * POOL_CRASHED, POOL_FULL or POOL_CLOSED, or with the signal's reason.
   */
  run(input: unknown, options: RunOptions = {}): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    if (this.closed) {
      reject(poolClosed());
      return promise;
    }
    if (options.signal?.aborted === true) {
      reject(reasonOf(options.signal));
      return promise;
    }
    if (this.queue.size >= this.options.maxQueued) {
      reject(
        new CapstanError('POOL_FULL', `more than ${this.options.maxQueued} tasks wait for a worker; try again later`),
      );
      return promise;
    }
    const task: Task = {
      id: ++this.lastTask,
      key: options.key ?? '',
      input,
      options,
      resolve,
      reject,
      onAbort: () => this.abort(task),
    };
    options.signal?.addEventListener('abort', task.onAbort, { once: true });
    this.queue.push(task.key, task);
    this.dispatch();
    return promise;
  }

  /** Ends all workers and refuses what waits and runs with POOL_CLOSED. Resolves when all processes are gone. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.impatience);
    for (const task of this.queue.drain()) finish(task, () => task.reject(poolClosed()));
    const gone = [...this.slots].map((slot) => {
      this.end(slot, poolClosed());
      return slot.worker.gone;
    });
    await Promise.all(gone);
  }

  private dispatch(): void {
    while (this.queue.size > 0) {
      const free = [...this.slots].find((slot) => slot.task === undefined && slot.verdict === undefined);
      if (free === undefined && (this.slots.size >= this.options.size || this.isPatient())) return;
      const task = this.queue.shift();
      if (task === undefined) return;
      this.start(free ?? this.spawn(), task);
    }
  }

  /** Whether what waits goes on waiting for a worker that has a task; it looks again when that takes too long. */
  private isPatient(): boolean {
    const { patienceMs } = this.options;
    const busy = [...this.slots].filter(({ verdict }) => verdict === undefined);
    if (patienceMs === 0 || busy.length === 0) return false;
    const now = performance.now();
    for (const slot of busy)
      if (slot.impatientAt <= now && now < slot.starvedUntil && isStarved(slot, patienceMs))
        slot.impatientAt = Math.min(now + patienceMs, slot.starvedUntil);
    const left = Math.max(...busy.map(({ impatientAt }) => impatientAt)) - now;
    if (left <= 0) return false;
    this.impatience ??= setTimeout(() => {
      this.impatience = undefined;
      this.dispatch();
    }, left);
    return true;
  }

  private spawn(): Slot {
    const worker: WorkerProcess = new WorkerProcess(
      this.options,
      (message) => this.receive(slot, message),
      (failure) => this.lost(slot, failure),
    );
    const slot: Slot = {
      worker,
      task: undefined,
      timer: undefined,
      impatientAt: 0,
      starvedUntil: 0,
      cpuBefore: undefined,
      idle: undefined,
      asked: 0,
      verdict: undefined,
    };
    this.slots.add(slot);
    return slot;
  }

  private start(slot: Slot, task: Task): void {
    clearTimeout(slot.idle);
    slot.task = task;
    const patience = this.options.patienceMs * (slot.worker.served === 0 ? START_PATIENCE : 1);
    slot.impatientAt = performance.now() + patience;
    slot.starvedUntil = performance.now() + patience * STARVED_PATIENCE;
    slot.cpuBefore = slot.worker.cpuMilliseconds();
    slot.asked = 0;
    const limit = task.options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    slot.timer = setTimeout(() => {
      this.end(
        slot,
        new CapstanError('POOL_TIMEOUT', `a task ran longer than ${limit} ms and was stopped`, {
          data: { timeoutMs: limit, key: task.key },
        }),
      );
    }, limit);
    slot.worker.send({ type: 'run', task: task.id, input: task.input });
  }

  private receive(slot: Slot, message: FromWorker | undefined): void {
    const { task } = slot;
    if (slot.verdict !== undefined) return;
    if (message === undefined || task === undefined || message.task !== task.id) {
      this.end(slot, new CapstanError('POOL_CRASHED', 'a worker sent a message that makes no sense and was stopped'));
      return;
    }
    if (message.type === 'request') {
      void this.answer(slot, task, message.request, message.input);
      return;
    }
    this.release(slot);
    if (message.type === 'result') finish(task, () => task.resolve(message.value));
    else finish(task, () => task.reject(fromFailure(message.failure)));
    this.dispatch();
  }

  private async answer(slot: Slot, task: Task, request: number, input: unknown): Promise<void> {
    slot.asked++;
    if (slot.asked > MAX_OPEN_REQUESTS) {
      this.end(slot, new CapstanError('POOL_CRASHED', `a task asked more than ${MAX_OPEN_REQUESTS} questions at once`));
      return;
    }
    try {
      const { onRequest } = task.options;
      if (onRequest === undefined)
        throw new CapstanError('POOL_CRASHED', 'a task asked where no questions are answered');
      const value = await onRequest(input);
      if (slot.task === task) slot.worker.send({ type: 'answer', request, value });
    } catch (error) {
      if (slot.task === task) slot.worker.send({ type: 'refuse', request, failure: toFailure(error) });
    } finally {
      if (slot.task === task) slot.asked--;
    }
  }

  /** The worker's task is done: it takes another, waits for one, or is replaced. */
  private release(slot: Slot): void {
    clearTimeout(slot.timer);
    slot.task = undefined;
    slot.worker.served++;
    if (slot.worker.served >= this.options.maxTasks) {
      this.end(slot, new CapstanError('POOL_CLOSED', 'a worker has done its share'));
      return;
    }
    slot.idle = setTimeout(
      () => this.end(slot, new CapstanError('POOL_CLOSED', 'a worker was idle')),
      this.options.idleMs,
    );
    slot.idle.unref();
  }

  private abort(task: Task): void {
    const reason = reasonOf(task.options.signal);
    if (this.queue.remove(task.key, task)) {
      task.reject(reason);
      return;
    }
    const slot = [...this.slots].find((other) => other.task === task);
    if (slot !== undefined) this.end(slot, reason);
  }

  /** Ends a worker; its task fails with `verdict` when the process is gone. */
  private end(slot: Slot, verdict: unknown): void {
    slot.verdict ??= verdict;
    clearTimeout(slot.timer);
    clearTimeout(slot.idle);
    slot.worker.kill();
  }

  private lost(slot: Slot, failure: CapstanError): void {
    this.slots.delete(slot);
    clearTimeout(slot.timer);
    clearTimeout(slot.idle);
    const { task, verdict } = slot;
    slot.task = undefined;
    if (task !== undefined) finish(task, () => task.reject(verdict ?? failure));
    this.dispatch();
  }
}

/** Makes a pool; no worker starts before the first task. */
export function createPool(options: PoolOptions): Pool {
  return new Pool(options);
}

function finish(task: Task, settle: () => void): void {
  task.options.signal?.removeEventListener('abort', task.onAbort);
  settle();
}

function reasonOf(signal: AbortSignal | undefined): unknown {
  return signal?.reason ?? new DOMException('The task was aborted', 'AbortError');
}

/** Whether a worker has had little of the time that its task has taken: another one beside it would have as little. */
function isStarved({ worker, cpuBefore }: Slot, patienceMs: number): boolean {
  const used = worker.cpuMilliseconds();
  return used !== undefined && cpuBefore !== undefined && used - cpuBefore < patienceMs / 2;
}

function poolClosed(): CapstanError<'POOL_CLOSED'> {
  return new CapstanError('POOL_CLOSED', 'the pool is shutting down');
}
