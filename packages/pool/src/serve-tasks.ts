import { flushCompileCache } from 'node:module';
import { toFailure, fromFailure, type Failure } from './failure.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

/** What a task may do besides computing. */
export interface TaskContext {
  /** Asks the parent; what its `onRequest` answers, or throws. */
  request(input: unknown): Promise<unknown>;
}

/** Runs one task. What it gives must be plain, cloneable data; what it throws reaches the parent. */
export type TaskHandler = (input: unknown, context: TaskContext) => Promise<unknown>;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Makes this process a worker of a pool: to be called once, by the module that a pool is given as its `entry`. */
export function serveTasks(handler: TaskHandler): void {
  giveUpWriting();
  const waiting = new Map<number, Waiting>();
  let lastRequest = 0;
  const send = (message: FromWorker): void => {
    process.send?.(message);
  };
  const run = async (task: number, input: unknown): Promise<void> => {
    const context: TaskContext = {
      request: (question) =>
        new Promise((resolve, reject) => {
          const request = ++lastRequest;
          waiting.set(request, { resolve, reject });
          send({ type: 'request', task, request, input: question });
        }),
    };
    try {
      send({ type: 'result', task, value: await handler(input, context) });
    } catch (error) {
      send({ type: 'failure', task, failure: toFailure(error) });
    }
  };
  process.on('message', (message: ToWorker) => {
    if (message.type === 'run') void run(message.task, message.input);
    else settle(waiting, message);
  });
  process.on('disconnect', () => process.exit(0));
}

/** Keeps what has been compiled for the next worker. From then on nothing can be written, whatever a task holds. */
function giveUpWriting(): void {
  flushCompileCache();
  process.permission?.drop('fs.write');
}

function settle(
  waiting: Map<number, Waiting>,
  message: { readonly request: number; readonly value?: unknown; readonly failure?: Failure },
): void {
  const found = waiting.get(message.request);
  waiting.delete(message.request);
  if (message.failure === undefined) found?.resolve(message.value);
  else found?.reject(fromFailure(message.failure));
}
