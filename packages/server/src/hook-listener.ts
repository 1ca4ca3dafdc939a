import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isJsonObject, getKey, parseJson } from '@capstan/object';
import { answerFailure, answerJson, namesThisHost, urlOf } from './answer.ts';
import { listen, type ListenAddress, type Listener } from './listener.ts';

/** Bytes that a body may have: it holds one URL. */
const MAX_BODY_BYTES = 64 * 1024;

/**
 * Takes `POST /hook` with `{"repository": URL}`: everything that is fed by that repository is looked at anew, at once.
 * It asks for no secret, because it tells nothing and changes nothing that would not happen at the next interval.
 * `refresh` says how many resources it woke. Throws SERVER_LISTEN_FAILED.
 */
export async function listenForHooks(
  refresh: (repositoryUrl: string) => number,
  address: ListenAddress,
): Promise<Listener> {
  const server = createServer((request, response) => {
    answer(refresh, address, request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else answerFailure(response, 500, 'INTERNAL', 'the request could not be answered');
    });
  });
  return listen(server, address);
}

async function answer(
  refresh: (repositoryUrl: string) => number,
  address: ListenAddress,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!namesThisHost(request, address.host)) {
    answerFailure(response, 421, 'WRONG_HOST', 'this server is not called so');
    return;
  }
  if (urlOf(request).pathname !== '/hook' || request.method !== 'POST') {
    answerFailure(response, 404, 'NOT_FOUND', 'POST /hook is all that is here');
    return;
  }
  // A page of another site can post a form, never JSON, without being asked first.
  if (!/^application\/json(?:;|$)/.test(request.headers['content-type'] ?? '')) {
    answerFailure(response, 415, 'NOT_JSON', 'the body must be application/json');
    return;
  }
  const repository = repositoryOf(await bodyOf(request));
  if (repository === undefined) {
    answerFailure(response, 400, 'BODY_INVALID', 'the body must be {"repository": URL}');
    return;
  }
  answerJson(response, 202, { refreshed: refresh(repository) });
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function repositoryOf(body: string | undefined): string | undefined {
  if (body === undefined) return undefined;
  try {
    const value = parseJson(body);
    const repository = isJsonObject(value) ? getKey(value, 'repository') : undefined;
    return typeof repository === 'string' && repository !== '' ? repository : undefined;
  } catch {
    // Not JSON is the same to the caller as JSON of another shape.
    return undefined;
  }
}
