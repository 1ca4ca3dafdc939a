import type { Failure } from './failure.ts';

/** What the parent sends to a worker. */
export type ToWorker =
  | { readonly type: 'run'; readonly task: number; readonly input: unknown }
  | { readonly type: 'answer'; readonly request: number; readonly value: unknown }
  | { readonly type: 'refuse'; readonly request: number; readonly failure: Failure };

/** What a worker sends to its parent. */
export type FromWorker =
  | { readonly type: 'request'; readonly task: number; readonly request: number; readonly input: unknown }
  | { readonly type: 'result'; readonly task: number; readonly value: unknown }
  | { readonly type: 'failure'; readonly task: number; readonly failure: Failure };

/** Reads a message of a worker, which is not trusted; undefined for anything else. */
export function readFromWorker(message: unknown): FromWorker | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { type, task, request, input, value, failure } = message as Readonly<Record<string, unknown>>;
  if (typeof task !== 'number') return undefined;
  if (type === 'result') return { type, task, value };
  if (type === 'request' && typeof request === 'number') return { type, task, request, input };
  const read = type === 'failure' ? readFailure(failure) : undefined;
  return read === undefined ? undefined : { type: 'failure', task, failure: read };
}

function readFailure(failure: unknown): Failure | undefined {
  if (typeof failure !== 'object' || failure === null) return undefined;
  const { code, message, data, stack, cause } = failure as Readonly<Record<string, unknown>>;
  if (typeof message !== 'string') return undefined;
  return {
    message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof data === 'object' && data !== null ? { data: readData(data) } : {}),
    ...(typeof stack === 'string' ? { stack } : {}),
    ...(typeof cause === 'string' ? { cause } : {}),
  };
}

function readData(data: object): NonNullable<Failure['data']> {
  const read: Record<string, string | number | boolean | null | readonly string[]> = {};
  for (const [key, value] of Object.entries(data as Readonly<Record<string, unknown>>)) {
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      read[key] = value;
    } else if (Array.isArray(value)) read[key] = value.filter((item) => typeof item === 'string');
  }
  return read;
}
