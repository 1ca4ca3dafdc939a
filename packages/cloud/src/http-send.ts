import { CapstanError } from '@capstan/errors';
import { Agent, ProxyAgent, request } from 'undici';
import type { Send } from './cloud-ports.ts';

const TIMEOUT_MS = 10_000;
/** Longest answer that is read. */
const MAX_ANSWER = 1024 * 1024;

/** Sends over HTTP, each request on a connection of its own, which nothing outlives. */
export function httpSend({ proxy }: { readonly proxy?: string } = {}): Send {
  return async ({ method, url, headers, body }, signal) => {
    const options = { maxResponseSize: MAX_ANSWER, connect: { timeout: TIMEOUT_MS } };
    const dispatcher = proxy === undefined ? new Agent(options) : new ProxyAgent({ ...options, uri: proxy });
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const answer = await request(url, {
        method,
        dispatcher,
        headers: { 'user-agent': 'capstan', ...headers },
        ...(body === undefined ? {} : { body }),
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      return { status: answer.statusCode, text: await answer.body.text() };
    } catch (error) {
      signal?.throwIfAborted();
      // An error of the library may quote what was sent: its code says enough.
      throw new CapstanError('CLOUD_UNREACHABLE', `${originOf(url)} cannot be reached (${codeOf(error, timeout)})`);
    } finally {
      await dispatcher.close().catch(() => undefined);
    }
  };
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'a service';
}

function codeOf(error: unknown, timeout: AbortSignal): string {
  if (timeout.aborted) return `no answer within ${TIMEOUT_MS / 1000} s`;
  const { code } = error instanceof Error ? (error as { readonly code?: unknown }) : {};
  return typeof code === 'string' ? code : 'the connection failed';
}
