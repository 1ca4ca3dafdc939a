import type { IncomingMessage, ServerResponse } from 'node:http';

/** Headers of every answer: nothing is guessed, framed, cached or sent on. */
export const guardHeaders = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/** Answers with JSON. */
export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { ...guardHeaders, 'content-type': 'application/json; charset=utf-8' });
  response.end(`${JSON.stringify(value)}\n`);
}

/** Answers with a failure: a code and a sentence. */
export function answerFailure(response: ServerResponse, status: number, code: string, message: string): void {
  answerJson(response, status, { error: { code, message } });
}

/** The path and query of a request. */
export function urlOf(request: IncomingMessage): URL {
  return new URL(request.url ?? '/', 'http://capstan');
}

const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Whether a request names this server as it may be named. A page of another site that has its own name resolve to a
 * loopback address would name itself (DNS rebinding). A listener that is open to the network takes any name.
 */
export function namesThisHost(request: IncomingMessage, listensOn: string): boolean {
  const loopback = listensOn === 'localhost' || listensOn === '::1' || listensOn.startsWith('127.');
  if (!loopback) return true;
  const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  return loopbackNames.has(host) || host === listensOn;
}
