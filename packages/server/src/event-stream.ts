import type { IncomingMessage, ServerResponse } from 'node:http';
import { guardHeaders } from './answer.ts';
import type { AppFeed } from './app-feed.ts';
import { appJson } from './app-json.ts';

/** Streams that may be open at a time: each is a browser tab. */
export const MAX_STREAMS = 256;
/** Bytes that may wait for a slow reader before it is let go; it connects again and starts anew. */
const MAX_WAITING_BYTES = 1024 * 1024;
/** A comment so often, so that proxies keep the connection and a dead one is noticed. */
const KEEP_ALIVE_MS = 25_000;

/**
 * Sends the apps as Server-Sent Events: `apps` with all of them first, then `app` and `gone`, one a change. Nothing is
 * polled.
 */
export function streamApps(feed: AppFeed, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { ...guardHeaders, 'content-type': 'text/event-stream; charset=utf-8' });
  const send = (event: string, data: unknown): void => {
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    if (response.writableLength > MAX_WAITING_BYTES) response.destroy();
  };
  send('apps', feed.list().map(appJson));
  const unsubscribe = feed.subscribe((change) =>
    change.type === 'gone' ? send('gone', { key: change.key }) : send('app', appJson(change.app)),
  );
  const alive = setInterval(() => response.write(': alive\n\n'), KEEP_ALIVE_MS);
  const end = (): void => {
    clearInterval(alive);
    unsubscribe();
  };
  response.on('close', end);
  request.on('error', end);
}
