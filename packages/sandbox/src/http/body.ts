import type { IncomingMessage } from 'node:http';
import type { JsonValue } from '@capstan/object';
import { isCapstanError, messageOf } from '@capstan/errors';
import { parse } from '@capstan/yaml';
import { formatJson, parseJson } from '../json.ts';
import { decodeProtobuf } from '../protobuf/decode.ts';
import { ApiStatusError, badRequest } from '../registry/api-status-error.ts';

/** A request's body may be this long, in bytes; kube-apiserver's own figure. */
const BODY_LIMIT = 3 * 1024 * 1024;

/** Bodies nested deeper than this are refused. */
const BODY_DEPTH = 200;

/** More duplicate keys than this are not told one by one. */
const MAX_DUPLICATES = 50;

/** No more of a body than this is shown in an error, in characters. */
const MAX_SHOWN = 128;

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
 * Decodes an object of a kind that was sent as JSON, YAML or protobuf.
 * @throws ApiStatusError 400, 415
 */
export function decodeBody(body: RawBody, kind: string): DecodedBody {
  const refuse = (why: string): ApiStatusError =>
    badRequest(`the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; ${why}`);
  switch (body.type) {
    case '':
    case 'application/json':
      return decodeJson(body.bytes.toString('utf8'), refuse);
    case 'application/yaml':
      return decodeYaml(body.bytes.toString('utf8'), refuse);
    case 'application/vnd.kubernetes.protobuf':
      return { value: decodeProtobuf(body.bytes), duplicates: [] };
    default:
      throw new ApiStatusError(
        415,
        'UnsupportedMediaType',
        'the body of the request was in an unknown format - accepted media types include: application/json, ' +
          'application/yaml, application/vnd.kubernetes.protobuf',
      );
  }
}

/**
 * Decodes a patch: JSON, or YAML for an apply.
 * @throws ApiStatusError 400
 */
export function decodePatch(body: RawBody): DecodedBody {
  const text = body.bytes.toString('utf8');
  const isYaml = body.type === 'application/apply-patch+yaml' && !text.trimStart().startsWith('{');
  const refuse = (why: string): ApiStatusError => badRequest(`error decoding patch: ${plainReason(why)}`);
  return isYaml ? decodeYaml(text, refuse) : decodeJson(text, refuse);
}

/** The reason without the text that it is about. */
function plainReason(why: string): string {
  return why.replace('json parse error: ', '').replace(/ \(.*\)$/s, '');
}

/**
 * Reads JSON, with the keys that stand twice in a mapping. Text that is as a printer leaves it, which is what programs
 * send, holds none and takes the quick way.
 */
function decodeJson(text: string, refuse: (why: string) => ApiStatusError): DecodedBody {
  try {
    const value = parseJson(text, { maxDepth: BODY_DEPTH });
    if (formatJson(value) === text.trim()) return { value, duplicates: [] };
    const duplicates: string[] = [];
    const onDuplicate = (path: string): void => {
      if (duplicates.length < MAX_DUPLICATES) duplicates.push(`duplicate field ${JSON.stringify(path)}`);
    };
    return { value: parseJson(text, { maxDepth: BODY_DEPTH, onDuplicate }), duplicates };
  } catch (error) {
    if (!isCapstanError(error, 'JSON_INVALID')) throw error;
    const shown = text === '' ? '<empty>' : text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
    const cut = error.message.includes('ends where') || error.message.includes('does not end');
    throw refuse(`json parse error: ${cut ? 'unexpected end of JSON input' : error.message} (${shown})`);
  }
}

/** YAML whose keys stand twice is read again with the last of them, and told of. */
function decodeYaml(text: string, refuse: (why: string) => ApiStatusError): DecodedBody {
  const limits = { maxBytes: BODY_LIMIT, maxDepth: BODY_DEPTH };
  try {
    return { value: parse(text, { rules: 'v2', duplicateKeys: 'error', limits }), duplicates: [] };
  } catch (error) {
    if (!isCapstanError(error, 'YAML_INVALID', 'YAML_LIMIT')) throw error;
    try {
      const value = parse(text, { rules: 'v2', duplicateKeys: 'last', limits });
      return { value, duplicates: [`yaml: unmarshal errors:\n  ${goYamlError(messageOf(error))}`] };
    } catch (again) {
      if (!isCapstanError(again, 'YAML_INVALID', 'YAML_LIMIT')) throw again;
      throw refuse(messageOf(again));
    }
  }
}

/** `yaml: line 6, column 3: …` as Go's reader says it: `line 6: …`. */
function goYamlError(message: string): string {
  return message.replace(/^yaml: line (\d+), column \d+: /, 'line $1: ');
}
