import { CapstanError, isCapstanError } from '@capstan/errors';
import { sleep, type Clock } from '../clock.ts';
import type { ClusterConfig } from '../kubeconfig/cluster-config.ts';
import { retryAfterOf, warningsOf } from './answer-headers.ts';
import { connectionError, mayHaveBeenSent } from './http-failure.ts';
import type { FlowControl } from './flow-control.ts';
import type { CallOptions } from './kube-client.ts';
import type { RetryBudget } from './retry-budget.ts';
import { statusError, type FailedRequest } from './status-error.ts';
import type { Transport, WireAnswer, WireRequest } from './transport.ts';

/** The bound on a call that names none. */
export const DEFAULT_TIMEOUT_MS = 30_000;
const JSON_TYPE = 'application/json';

/** A request to the API, before identity and flow control. */
export interface ApiCall {
  readonly method: WireRequest['method'];
  /** Path and query. */
  readonly path: string;
  /** The plural of the resource, for errors; '' for other paths. */
  readonly resource: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly accept?: string;
  /** A write that can be sent twice with the effect of once; reads always can. */
  readonly repeatable?: boolean;
  /** A POST that stores nothing, such as a review or a dry run. */
  readonly readOnly?: boolean;
}

/** An answer below 400. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: WireAnswer['headers'];
  readonly body: string;
}

/** Sends requests as one identity: turns, retries, deadlines, typed errors. */
export interface Requester {
  call(call: ApiCall, options?: CallOptions): Promise<ApiAnswer>;
  /** Opens a watch: resolves with the body's stream once the server has answered 200. */
  stream(call: ApiCall, options: StreamOptions): Promise<WireAnswer>;
}

/** Options of `stream`: the signal ends the stream too; headers must come within `headersTimeoutMs`. */
export interface StreamOptions {
  readonly signal: AbortSignal;
  readonly headersTimeoutMs: number;
}

/** What a requester stands on. */
export interface RequesterParts {
  readonly config: ClusterConfig;
  readonly transport: Transport;
  readonly flow: FlowControl;
  readonly budget: RetryBudget;
  readonly clock: Clock;
  readonly userAgent: string;
  /** Impersonation headers of the identity. */
  readonly identity: Readonly<Record<string, string | readonly string[]>>;
}

/** Makes a requester. */
export function requester(parts: RequesterParts): Requester {
  return {
    call: (call, options = {}) =>
      withDeadline(parts, call, options, (deadline) => attempts(parts, call, options, deadline)),
    stream: (call, options) => openStream(parts, call, options),
  };
}

/** The bound on a call: its signal, and whether a request of it has been handed to the connection. */
interface Deadline {
  readonly signal: AbortSignal;
  readonly endsAt: number;
  sent: boolean;
}

async function withDeadline<T>(
  parts: RequesterParts,
  call: ApiCall,
  options: CallOptions,
  run: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const milliseconds = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const controller = new AbortController();
  const outer = options.signal;
  const onAbort = (): void => controller.abort(outer?.reason);
  if (outer?.aborted === true) onAbort();
  outer?.addEventListener('abort', onAbort, { once: true });
  const deadline: Deadline = {
    signal: controller.signal,
    endsAt: parts.clock.monotonic() + milliseconds,
    sent: false,
  };
  const cancel = parts.clock.after(milliseconds, () => {
    const ambiguous = isWrite(call) && deadline.sent;
    const text = `${call.method} ${pathOf(call)}: no answer within ${milliseconds} ms`;
    controller.abort(
      new CapstanError('KUBE_TIMEOUT', ambiguous ? `${text}; the write may have happened` : text, {
        data: { server: parts.config.server, ...(ambiguous ? { ambiguous } : {}) },
      }),
    );
  });
  try {
    return await run(deadline);
  } finally {
    cancel();
    outer?.removeEventListener('abort', onAbort);
  }
}

async function attempts(
  parts: RequesterParts,
  call: ApiCall,
  options: CallOptions,
  deadline: Deadline,
): Promise<ApiAnswer> {
  let refreshed = false;
  for (let attempt = 1; ; attempt++) {
    const outcome = await oneAttempt(parts, call, options, deadline);
    if (outcome.answer !== undefined) return outcome.answer;
    if (isCapstanError(outcome.error, 'KUBE_UNAUTHORIZED') && !refreshed && parts.config.auth.refresh()) {
      refreshed = true;
      continue;
    }
    if (!outcome.retry || deadline.signal.aborted) throw outcome.error;
    const wait = parts.budget.next(attempt, outcome.retryAfterMs);
    if (wait === undefined || parts.clock.monotonic() + wait > deadline.endsAt) throw outcome.error;
    await sleep(parts.clock, wait, deadline.signal);
  }
}

type Outcome =
  | { readonly answer: ApiAnswer }
  | { readonly answer?: undefined; readonly error: unknown; readonly retry: boolean; readonly retryAfterMs?: number };

async function oneAttempt(
  parts: RequesterParts,
  call: ApiCall,
  options: CallOptions,
  deadline: Deadline,
): Promise<Outcome> {
  const release = await parts.flow.acquire(options.caller ?? '', deadline.signal);
  const before = deadline.sent;
  try {
    const headers = await headersOf(parts, call, deadline.signal);
    deadline.sent = true;
    const answer = await parts.transport.call({
      method: call.method,
      path: call.path,
      headers,
      signal: deadline.signal,
      // The deadline of the call bounds both.
      headersTimeoutMs: 0,
      bodyTimeoutMs: 0,
      ...(call.body === undefined ? {} : { body: call.body }),
    });
    const body = await answer.body.text();
    if (answer.status < 400) {
      report(answer, options);
      return { answer: { status: answer.status, headers: answer.headers, body } };
    }
    // An answer settles what came of this attempt; earlier ones may still have had an effect.
    deadline.sent = before;
    return refused(parts, call, answer, body);
  } catch (error) {
    if (isCapstanError(error)) throw error;
    if (deadline.signal.aborted) throw abortError(deadline.signal, error);
    const sent = mayHaveBeenSent(error);
    if (!sent) deadline.sent = before;
    const failure = connectionError(error, factsOf(parts, call));
    return { error: failure, retry: failure.retry === 'transient' && (!sent || canRepeat(call)) };
  } finally {
    release();
  }
}

function refused(parts: RequesterParts, call: ApiCall, answer: WireAnswer, body: string): Outcome {
  const retryAfterMs = retryAfterOf(answer.headers, parts.clock.now());
  const error = statusError(answer.status, body, { ...factsOf(parts, call), retryAfterMs });
  // A 429 was turned away before anything was done; of a 5xx that is not certain.
  const broken = answer.status >= 500 && answer.status !== 501 && error.code !== 'KUBE_INVALID';
  const passing = answer.status === 429 || (broken && canRepeat(call));
  return { error, retry: passing, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

function report(answer: WireAnswer, options: CallOptions): void {
  if (options.onWarning === undefined) return;
  for (const text of warningsOf(answer.headers)) options.onWarning(text);
}

async function openStream(parts: RequesterParts, call: ApiCall, options: StreamOptions): Promise<WireAnswer> {
  const release = await parts.flow.acquire('watch', options.signal);
  try {
    const headers = await headersOf(parts, call, options.signal);
    const answer = await parts.transport.watch({
      method: call.method,
      path: call.path,
      headers,
      signal: options.signal,
      headersTimeoutMs: options.headersTimeoutMs,
      bodyTimeoutMs: 0,
    });
    if (answer.status < 400) return answer;
    const body = await answer.body.text();
    if (answer.status === 401) parts.config.auth.refresh();
    const retryAfterMs = retryAfterOf(answer.headers, parts.clock.now());
    throw statusError(answer.status, body, { ...factsOf(parts, call), retryAfterMs });
  } catch (error) {
    if (isCapstanError(error)) throw error;
    if (options.signal.aborted) throw abortError(options.signal, error);
    throw connectionError(error, factsOf(parts, call));
  } finally {
    release();
  }
}

async function headersOf(
  parts: RequesterParts,
  call: ApiCall,
  signal: AbortSignal,
): Promise<Record<string, string | readonly string[]>> {
  const authorization = await parts.config.auth.authorization(signal);
  return {
    accept: call.accept ?? JSON_TYPE,
    'user-agent': parts.userAgent,
    ...(authorization === undefined ? {} : { authorization }),
    ...(call.body === undefined ? {} : { 'content-type': call.contentType ?? JSON_TYPE }),
    ...parts.identity,
  };
}

function abortError(signal: AbortSignal, cause: unknown): unknown {
  return signal.reason instanceof Error ? signal.reason : new Error('the call was aborted', { cause });
}

function isWrite(call: ApiCall): boolean {
  return call.method !== 'GET' && call.readOnly !== true;
}

function canRepeat(call: ApiCall): boolean {
  return !isWrite(call) || call.repeatable === true;
}

function pathOf(call: ApiCall): string {
  return call.path.split('?', 1)[0] ?? call.path;
}

function factsOf(parts: RequesterParts, call: ApiCall): FailedRequest {
  return {
    method: call.method,
    path: pathOf(call),
    server: parts.config.server,
    write: isWrite(call),
    resource: call.resource,
  };
}
