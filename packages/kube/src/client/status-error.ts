import { CapstanError, type ErrorCode } from '@capstan/errors';
import { getKey, getPath, isJsonObject, type JsonObject, type JsonValue } from '@capstan/object';

/** The longest message of a server that is passed on. */
const MAX_MESSAGE = 4_000;
const MAX_CAUSES = 50;

/** What is known of a failed request besides its answer. */
export interface FailedRequest {
  readonly method: string;
  /** The path without its query. */
  readonly path: string;
  readonly server: string;
  readonly write: boolean;
  /** The plural of the resource: `secrets` keeps the server's words out of the message, they may hold values. */
  readonly resource: string;
  readonly retryAfterMs?: number | undefined;
}

/**
 * The error for an answer of 400 or more. `body` is its text: a `Status` as JSON, or whatever a proxy on the way wrote
 * (which is not passed on). `data`: status, reason, message (the server's own words), group, kind, namespace, name, causes (`field: message`),
 * retryAfterMs, and ambiguous for writes whose fate is not known.
 */
export function statusError(status: number, body: string, request: FailedRequest): CapstanError {
  const answer = parseStatus(body);
  return errorOf(status, answer, request);
}

/** The error for a `Status` that came inside a watch. */
export function watchStatusError(object: JsonValue, request: FailedRequest): CapstanError {
  const answer = isJsonObject(object) ? object : {};
  const code = getKey(answer, 'code');
  return errorOf(typeof code === 'number' ? code : 500, answer, request);
}

function errorOf(status: number, answer: JsonObject, request: FailedRequest): CapstanError {
  // Of these answers the words may quote the object; the others name it at most.
  const secret = isSecret(answer, request) && (status === 400 || status === 422 || status >= 500);
  const reason = text(getKey(answer, 'reason'));
  const causes = causesOf(answer, secret);
  const code = codeOf(status, reason, answer, request);
  const ambiguous = request.write && code !== 'KUBE_INVALID' && (status === 500 || status === 502 || status === 504);
  const namespace = namespaceOf(request.path);
  const said = secret ? quiet(answer, reason, causes) : text(getKey(answer, 'message')).slice(0, MAX_MESSAGE);
  const where = `${request.method} ${request.path}`;
  const message = `${where}: ${said === '' ? `HTTP ${status}` : said}${ambiguous ? ' (the write may have happened)' : ''}`;
  return new CapstanError(code, message, {
    data: {
      server: request.server,
      status,
      reason,
      message: said,
      group: text(getPath(answer, 'details', 'group')),
      kind: text(getPath(answer, 'details', 'kind')),
      name: text(getPath(answer, 'details', 'name')),
      namespace,
      causes,
      ...(request.retryAfterMs === undefined ? {} : { retryAfterMs: request.retryAfterMs }),
      ...(ambiguous ? { ambiguous } : {}),
    },
  });
}

/** How server-side apply answers, as a 500, for an object that does not fit the schema. */
const UNTYPED = /^failed to create typed patch object/;

function codeOf(status: number, reason: string, answer: JsonObject, request: FailedRequest): ErrorCode {
  if (status === 404) {
    // Without a name it is the path that is unknown: a kind or version that the server does not serve.
    return text(getPath(answer, 'details', 'name')) === '' ? 'KUBE_KIND_UNKNOWN' : 'KUBE_NOT_FOUND';
  }
  if (status === 409) return reason === 'AlreadyExists' ? 'KUBE_ALREADY_EXISTS' : 'KUBE_CONFLICT';
  if (status === 403) return isTerminating(answer) ? 'KUBE_NAMESPACE_TERMINATING' : 'KUBE_FORBIDDEN';
  if (status === 422) return 'KUBE_INVALID';
  if (status === 400) return request.write ? 'KUBE_INVALID' : 'KUBE_REFUSED';
  if (status === 401) return 'KUBE_UNAUTHORIZED';
  if (status === 410) return 'KUBE_GONE';
  if (status === 429) return 'KUBE_TOO_MANY_REQUESTS';
  if (status === 408 || status === 504) return 'KUBE_TIMEOUT';
  if (status === 500 && UNTYPED.test(text(getKey(answer, 'message')))) return 'KUBE_INVALID';
  if (status >= 500) return 'KUBE_SERVER_ERROR';
  return 'KUBE_REFUSED';
}

function parseStatus(body: string): JsonObject {
  if (!body.startsWith('{')) return {};
  try {
    const value: unknown = JSON.parse(body);
    return isJsonObject(value) ? value : {};
  } catch {
    // A torn or foreign body says nothing that the status line does not.
    return {};
  }
}

function causesOf(answer: JsonObject, secret: boolean): readonly string[] {
  const list = getPath(answer, 'details', 'causes');
  if (!Array.isArray(list)) return [];
  return (list as readonly JsonValue[]).slice(0, MAX_CAUSES).map((cause) => {
    const field = text(getPath(cause, 'field'));
    const what = secret ? text(getPath(cause, 'reason')) : text(getPath(cause, 'message'));
    return field === '' ? what : `${field}: ${what}`;
  });
}

function isTerminating(answer: JsonObject): boolean {
  const list = getPath(answer, 'details', 'causes');
  return (
    Array.isArray(list) &&
    (list as readonly JsonValue[]).some((cause) => getPath(cause, 'reason') === 'NamespaceTerminating')
  );
}

function isSecret(answer: JsonObject, request: FailedRequest): boolean {
  return request.resource === 'secrets' || getPath(answer, 'details', 'kind') === 'secrets';
}

/** What may be said of a refused Secret: where and why, with nothing of what it holds. */
function quiet(answer: JsonObject, reason: string, causes: readonly string[]): string {
  const base64 = /illegal base64 data at input byte \d+/.exec(text(getKey(answer, 'message')))?.[0] ?? '';
  const field = UNTYPED.exec(text(getKey(answer, 'message'))) === null ? '' : 'a field has a wrong type or is unknown';
  return [reason, base64, field, ...causes].filter((part) => part !== '').join('; ');
}

function namespaceOf(path: string): string {
  const found = /\/namespaces\/([^/]+)\/[^/]/.exec(path)?.[1] ?? '';
  return decodeURIComponent(found);
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
