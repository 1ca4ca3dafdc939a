import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzip } from 'node:zlib';
import { promisify } from 'node:util';
import type { JsonObject, JsonValue } from '@capstan/object';
import { formatJson } from '../json.ts';
import type { ApiStatusError } from '../registry/api-status-error.ts';
import type { User } from '../access/user.ts';
import type { Server } from '../server.ts';

/** Answers shorter than this are not worth compressing, in characters; kube-apiserver's own figure. */
const COMPRESS_FROM = 128 * 1024;

const compress = promisify(gzip);

/** One request and its answer, with what was read off its URL. */
export interface Exchange {
  readonly server: Server;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Who asks: nobody known, until authentication and impersonation have told. */
  user: User;
  /** The path, decoded. */
  readonly path: string;
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly method: string;
  /** For the answer's headers, whatever the answer will be. */
  readonly warnings: string[];
}

/** Sends a JSON body once everything that it may show is durable. */
export async function sendJson(
  exchange: Exchange,
  status: number,
  body: JsonValue,
  warnings: readonly string[] = [],
): Promise<void> {
  await sendText(exchange, status, `${formatJson(body)}\n`, 'application/json', warnings);
}

/** Sends text of a type once everything that it may show is durable. */
export async function sendText(
  exchange: Exchange,
  status: number,
  text: string,
  type: string,
  warnings: readonly string[] = [],
): Promise<void> {
  const { response, server } = exchange;
  if (!server.cluster.store.idle) await server.cluster.store.durable();
  if (response.destroyed) return;
  response.statusCode = status;
  response.setHeader('Content-Type', type);
  response.setHeader('Cache-Control', 'no-cache, private');
  if (warnings.length > 0) response.setHeader('Warning', warnings.map(warningHeader));
  if (text.length >= COMPRESS_FROM && acceptsGzip(exchange.request)) {
    response.setHeader('Content-Encoding', 'gzip');
    response.setHeader('Vary', 'Accept-Encoding');
    response.end(await compress(text, { level: 1 }));
    return;
  }
  response.end(text);
}

/** Sends a refusal. */
export async function sendStatus(exchange: Exchange, error: ApiStatusError): Promise<void> {
  const retry = error.details?.retryAfterSeconds;
  if (retry !== undefined && !exchange.response.headersSent) exchange.response.setHeader('Retry-After', String(retry));
  await sendJson(exchange, error.status, error.toStatus(), exchange.warnings);
}

/** The answer to a path that nothing serves. */
export async function sendPageNotFound(exchange: Exchange): Promise<void> {
  await sendText(exchange, 404, '404 page not found\n', 'text/plain; charset=utf-8');
}

/** A success Status. */
export function successStatus(details: JsonObject): JsonObject {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

function acceptsGzip(request: IncomingMessage): boolean {
  const accepted = request.headers['accept-encoding'];
  return typeof accepted === 'string' && accepted.includes('gzip');
}

/** RFC 7234's warning: `299 - "text"`, in ASCII, without what would break the header. */
function warningHeader(text: string): string {
  const safe = text.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, (character) => `\\${character}`);
  return `299 - "${safe}"`;
}
