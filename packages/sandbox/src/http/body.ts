import type { IncomingMessage } from 'node:http';
import type { JsonValue } from '@capstan/object';
import { parseJson } from '../json.ts';
import { ApiStatusError, badRequest } from '../registry/api-status-error.ts';

/** A request's body may be this long, in bytes; kube-apiserver's own figure. */
const BODY_LIMIT = 3 * 1024 * 1024;

/** A body as it came. */
export interface RawBody {
  readonly bytes: Buffer;
  /** The media type without parameters; '' when none was given. */
  readonly type: string;
}

/**
 * Reads a request's body.
 * @throws ApiStatusError 413
 */
export async function readBody(request: IncomingMessage): Promise<RawBody> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > BODY_LIMIT) {
      throw new ApiStatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${BODY_LIMIT}`, {});
    }
    chunks.push(chunk);
  }
  const header = request.headers['content-type'] ?? '';
  return { bytes: Buffer.concat(chunks), type: (header.split(';')[0] ?? '').trim().toLowerCase() };
}

/** A decoded body, with what a strict reader objects to. */
export interface DecodedBody {
  readonly value: JsonValue;
  readonly duplicates: readonly string[];
}

/**
 * Decodes an object that was sent as JSON, YAML or protobuf.
 * @throws ApiStatusError 400, 415
 */
export function decodeBody(body: RawBody): DecodedBody {
  switch (body.type) {
    case '':
    case 'application/json':
      return decodeJson(body.bytes.toString('utf8'));
    default:
      throw new ApiStatusError(
        415,
        'UnsupportedMediaType',
        'the body of the request was in an unknown format - accepted media types include: application/json, ' +
          'application/yaml, application/vnd.kubernetes.protobuf',
      );
  }
}

/** Decodes JSON text. */
export function decodeJson(text: string): DecodedBody {
  try {
    return { value: parseJson(text), duplicates: [] };
  } catch (error) {
    throw badRequest(`couldn't get version/kind; json parse error: ${error instanceof Error ? error.message : ''}`);
  }
}

/**
 * Decodes a patch: JSON, or YAML for an apply.
 * @throws ApiStatusError 400
 */
export function decodePatch(body: RawBody): DecodedBody {
  return decodeJson(body.bytes.toString('utf8'));
}
