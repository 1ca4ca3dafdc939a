import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { answerFailure, answerJson, guardHeaders, namesThisHost, urlOf } from './answer.ts';
import type { AppFeed } from './app-feed.ts';
import { appJson } from './app-json.ts';
import { MAX_STREAMS, streamApps } from './event-stream.ts';
import { listen, type ListenAddress, type Listener } from './listener.ts';
import { pageText } from './page/page.ts';

/**
 * Serves the page that lists the apps, and what it shows as JSON: `GET /`, `GET /api/apps`, `GET /api/stream`,
 * `GET /healthz`. It only reads. Throws SERVER_LISTEN_FAILED.
 */
export async function listenForPeople(feed: AppFeed, address: ListenAddress): Promise<Listener> {
  const streams = new Set<ServerResponse>();
  const server = createServer((request, response) => answer(feed, address, streams, request, response));
  return listen(server, address);
}

function answer(
  feed: AppFeed,
  address: ListenAddress,
  streams: Set<ServerResponse>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (!namesThisHost(request, address.host)) {
    answerFailure(response, 421, 'WRONG_HOST', 'this server is not called so; use the address that it printed');
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    answerFailure(response, 405, 'METHOD_NOT_ALLOWED', 'this server only reads');
    return;
  }
  switch (urlOf(request).pathname) {
    case '/':
      page(response);
      return;
    case '/api/apps':
      answerJson(response, 200, { apps: feed.list().map(appJson) });
      return;
    case '/api/stream':
      if (streams.size >= MAX_STREAMS) {
        answerFailure(response, 503, 'TOO_MANY_STREAMS', 'too many pages are open; close one and try again');
        return;
      }
      streams.add(response);
      response.on('close', () => streams.delete(response));
      streamApps(feed, request, response);
      return;
    case '/healthz':
      response.writeHead(200, { ...guardHeaders, 'content-type': 'text/plain' }).end('ok\n');
      return;
    default:
      answerFailure(response, 404, 'NOT_FOUND', 'there is nothing here');
  }
}

/** The page, with a policy that runs its own script and nothing else. */
function page(response: ServerResponse): void {
  const nonce = randomBytes(16).toString('base64');
  response.writeHead(200, {
    ...guardHeaders,
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; ` +
      `img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  });
  response.end(pageText(nonce));
}
