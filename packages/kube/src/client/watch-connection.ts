import { CapstanError, isCapstanError } from '@capstan/errors';
import type { Clock } from '../clock.ts';
import { connectionError } from './http-failure.ts';
import { linesOf } from './event-lines.ts';
import type { WatchEvent } from './kube-client.ts';
import { asObject, decodeMapping } from './object-codec.ts';
import type { ApiCall, Requester } from './requester.ts';
import { watchStatusError } from './status-error.ts';

/** A watch's headers must come within this: the server sends them at once. */
const HEADERS_TIMEOUT_MS = 30_000;

/** What one watch connection is made with. */
export interface WatchConnection {
  readonly requester: Requester;
  readonly call: ApiCall;
  readonly server: string;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  /** Without a byte for so long it ends with KUBE_TIMEOUT; undefined waits for ever. */
  readonly silenceMs: number | undefined;
  readonly onOpen: (() => void) | undefined;
}

/**
 * Events of one connection. Ends when the server closes it; throws KUBE_TIMEOUT for silence, KUBE_UNREACHABLE when it
 * breaks, the error of an ERROR event's Status, and the signal's reason.
 */
export async function* watchConnection(watch: WatchConnection): AsyncGenerator<WatchEvent> {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(watch.signal?.reason);
  if (watch.signal?.aborted === true) onAbort();
  watch.signal?.addEventListener('abort', onAbort, { once: true });
  const silence = silenceTimer(watch, controller);
  try {
    const answer = await watch.requester.stream(watch.call, {
      signal: controller.signal,
      headersTimeoutMs: HEADERS_TIMEOUT_MS,
    });
    silence.reset();
    watch.onOpen?.();
    for await (const line of linesOf(counted(answer.body, silence))) yield eventOf(line, watch);
  } catch (error) {
    if (isCapstanError(error)) throw error;
    if (controller.signal.aborted && controller.signal.reason instanceof Error) throw controller.signal.reason;
    throw connectionError(error, facts(watch));
  } finally {
    silence.stop();
    watch.signal?.removeEventListener('abort', onAbort);
    // Whoever stops reading ends the connection.
    controller.abort(new Error('the watch was ended'));
  }
}

interface Silence {
  reset(): void;
  /** A consumer that is slow is no silence of the server: the timer rests while it works. */
  pause(): void;
  stop(): void;
}

function silenceTimer(watch: WatchConnection, controller: AbortController): Silence {
  const limit = watch.silenceMs;
  if (limit === undefined) return { reset: () => undefined, pause: () => undefined, stop: () => undefined };
  let cancel: (() => void) | undefined;
  let heardAt = 0;
  const check = (): void => {
    const left = heardAt + limit - watch.clock.monotonic();
    if (left > 0) {
      cancel = watch.clock.after(left, check);
      return;
    }
    const text = `GET ${watch.call.path.split('?', 1)[0] ?? ''}: the watch was silent for ${limit} ms`;
    controller.abort(new CapstanError('KUBE_TIMEOUT', text, { data: { server: watch.server, silent: true } }));
  };
  return {
    reset: () => {
      heardAt = watch.clock.monotonic();
      cancel ??= watch.clock.after(limit, check);
    },
    pause: () => {
      cancel?.();
      cancel = undefined;
    },
    stop: () => cancel?.(),
  };
}

async function* counted(body: AsyncIterable<unknown>, silence: Silence): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    silence.pause();
    if (chunk instanceof Uint8Array) yield chunk;
    silence.reset();
  }
}

function eventOf(line: string, watch: WatchConnection): WatchEvent {
  const event = decodeMapping(line);
  const type = event['type'];
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
    case 'BOOKMARK':
      return { type, object: asObject(event['object']) };
    case 'ERROR':
      throw watchStatusError(event['object'] ?? null, { ...facts(watch), resource: watch.call.resource });
    default:
      throw new CapstanError('JSON_INVALID', 'the Kubernetes API sent a watch event of an unknown type');
  }
}

function facts(watch: WatchConnection): { method: string; path: string; server: string; write: boolean } {
  return { method: 'GET', path: watch.call.path.split('?', 1)[0] ?? '', server: watch.server, write: false };
}
