import { CapstanError } from '@capstan/errors';

/** Codes of failures that happen before a byte of the request has left: the server cannot have acted on it. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EMFILE',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_INVALID_ARG',
  'UND_ERR_DESTROYED',
  'UND_ERR_CLOSED',
]);

/** The code that Node or undici gave an error, looked for along its causes; '' where there is none. */
export function systemCode(error: unknown): string {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    if (at instanceof AggregateError && at.errors.length > 0) {
      const inner = systemCode(at.errors[0]);
      if (inner !== '') return inner;
    }
  }
  return '';
}

/** Whether the request may have reached the server, so that the fate of a write is not known. */
export function mayHaveBeenSent(error: unknown): boolean {
  const code = systemCode(error);
  return !NOT_SENT.has(code) && !isTlsFailure(code);
}

/** Whether the server's certificate, or ours, was not accepted. */
function isTlsFailure(code: string): boolean {
  return code.startsWith('CERT_') || code.startsWith('ERR_TLS_') || TLS_CODES.has(code);
}

const TLS_CODES = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]);

/** What a call was, for messages and `data`. */
export interface CallFacts {
  readonly method: string;
  /** The path without its query. */
  readonly path: string;
  readonly server: string;
  readonly write: boolean;
}

/** A failure of the connection as a CapstanError: KUBE_TIMEOUT or KUBE_UNREACHABLE, `ambiguous` for writes. */
export function connectionError(error: unknown, facts: CallFacts): CapstanError {
  const code = systemCode(error);
  const ambiguous = facts.write && mayHaveBeenSent(error);
  const data = { server: facts.server, method: facts.method, path: facts.path, systemCode: code };
  const details = { data: ambiguous ? { ...data, ambiguous } : data, cause: error };
  const tail = ambiguous ? '; the write may have happened' : '';
  const what = `${facts.method} ${facts.path} on ${facts.server}`;
  // A header or path that HTTP cannot carry, such as a user name with a line break.
  if (code === 'UND_ERR_INVALID_ARG') return new CapstanError('KUBE_REFUSED', `${what}: it cannot be sent`, details);
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT' || code === 'UND_ERR_CONNECT_TIMEOUT') {
    return new CapstanError('KUBE_TIMEOUT', `${what}: no answer in time${tail}`, details);
  }
  return new CapstanError(
    'KUBE_UNREACHABLE',
    `${what}: ${code === '' ? 'the connection failed' : code}${tail}`,
    details,
  );
}
