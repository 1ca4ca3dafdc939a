import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ArtifactStore } from './artifact-store.ts';

/**
 * Serves a store's files: `GET` and `HEAD` of `/KIND/NAMESPACE/NAME/FILE.tar.gz`, with their length. Anything else is
 * 404 or 405; no listing, no range. Clients check the digest that the resource's status gives.
 */
export function artifactHandler(store: ArtifactStore): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    serve(store, request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  };
}

async function serve(store: ArtifactStore, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  const path = store.locate((request.url ?? '/').slice(1).split('?')[0] ?? '');
  const file = path === undefined ? undefined : await open(path).catch(() => undefined);
  if (file === undefined) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('no such artifact\n');
    return;
  }
  // The open file stays whole even when a newer one takes its name.
  const { size } = await file.stat();
  response.writeHead(200, {
    'content-type': 'application/gzip',
    'content-length': size,
    'x-content-type-options': 'nosniff',
  });
  if (request.method === 'HEAD' || size === 0) {
    await file.close();
    response.end();
    return;
  }
  const stream = createReadStream('', { fd: file, end: size - 1 });
  response.on('close', () => stream.destroy());
  stream.on('error', () => response.destroy());
  stream.pipe(response);
}
