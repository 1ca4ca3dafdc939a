import { startLocalServices, type LocalServices, type Served, type ServedRequest } from '@capstan/testkit';
import type { World } from './world.ts';

/** Plays services for as long as a scenario's steps take. */
export async function withServices(
  answer: (request: ServedRequest) => Served | Promise<Served>,
  play: (services: LocalServices) => Promise<void>,
): Promise<void> {
  const services = await startLocalServices(answer);
  try {
    await play(services);
  } finally {
    await services.close();
  }
}

/** Hands a request on to the Git host of the suite, which asks nobody who they are. */
export async function letThrough(world: World, { url, headers, body, method }: ServedRequest): Promise<Served> {
  const type = headers['content-type'];
  const inner = await fetch(`${new URL(world.url).origin}${url.pathname}${url.search}`, {
    method,
    headers: type === undefined ? {} : { 'content-type': type },
    ...(method === 'POST' ? { body } : {}),
  });
  const bytes = Buffer.from(await inner.arrayBuffer());
  return { status: inner.status, body: bytes, type: inner.headers.get('content-type') ?? '' };
}

/** What a server says that wants to know who asks. */
export const whoAreYou: Served = { status: 401, body: '', headers: { 'www-authenticate': 'Basic realm="git"' } };
