import { CapstanError } from '@capstan/errors';
import { getPath, parseJson, type JsonValue } from '@capstan/object';
import type { CloudPorts, ServiceRequest } from './cloud-ports.ts';

/** Asks a service for JSON. Throws CLOUD_UNREACHABLE, CLOUD_REFUSED. */
export async function askForJson(
  ports: CloudPorts,
  what: string,
  request: ServiceRequest,
  signal?: AbortSignal,
): Promise<JsonValue> {
  const text = await askForText(ports, what, request, signal);
  try {
    return parseJson(text);
  } catch {
    throw new CapstanError('CLOUD_UNREACHABLE', `${what}: the answer is no JSON`);
  }
}

/** Asks a service for a text. Throws CLOUD_UNREACHABLE, CLOUD_REFUSED. */
export async function askForText(
  ports: CloudPorts,
  what: string,
  request: ServiceRequest,
  signal?: AbortSignal,
): Promise<string> {
  const { status, text } = await ports.send(request, signal);
  if (status >= 200 && status < 300) return text;
  const why = status >= 300 && status < 400 ? 'it leads elsewhere, which is not followed' : errorCode(text);
  const message = `${what}: HTTP ${status}${why === '' ? '' : ` (${why})`}`;
  if (status >= 500 || status === 429) throw new CapstanError('CLOUD_UNREACHABLE', message, { data: { status } });
  throw new CapstanError('CLOUD_REFUSED', message, { data: { status } });
}

/** A text within an answer. Throws CLOUD_REFUSED where it is not there. */
export function textIn(what: string, answer: JsonValue, ...path: readonly (string | number)[]): string {
  const value = getPath(answer, ...path);
  if (typeof value === 'string' && value !== '') return value;
  throw new CapstanError('CLOUD_REFUSED', `${what}: the answer has no ${path.join('.')}`);
}

/** A form as OAuth's endpoints take it. */
export function form(fields: Readonly<Record<string, string>>): Pick<ServiceRequest, 'headers' | 'body'> {
  return {
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams(fields).toString(),
  };
}

/** The code of an error, by which people look it up. The rest of an answer may hold anything, and is told to nobody. */
function errorCode(text: string): string {
  const found = fromJson(text) ?? /<Code>([^<]{1,100})<\/Code>/.exec(text)?.[1] ?? '';
  const code = found.slice(found.lastIndexOf('#') + 1);
  return /^[A-Za-z0-9_.-]{1,100}$/.test(code) ? code : '';
}

function fromJson(text: string): string | undefined {
  let answer: JsonValue;
  try {
    answer = parseJson(text);
  } catch {
    return undefined;
  }
  // AWS; Azure's tokens, whose codes stand in the description; Azure's services and Google's.
  const description = getPath(answer, 'error_description');
  const aad = typeof description === 'string' ? /^AADSTS\d{1,10}/.exec(description)?.[0] : undefined;
  const places = [['__type'], ['error'], ['error', 'code'], ['error', 'status']];
  const codes = places.map((path) => getPath(answer, ...path)).filter((code) => typeof code === 'string');
  return aad ?? codes.at(-1);
}
