import { codes, type ErrorCode } from './codes.ts';
import type { RetryPolicy } from './policy.ts';

/** Values that may stand in an error's `data`: plain, cloneable, never a secret. */
export type ErrorData = Readonly<Record<string, string | number | boolean | null | undefined | readonly string[]>>;

/** What a `CapstanError` is made of. `data` says where: file, line, object, revision, status. */
export interface ErrorDetails {
  readonly data?: ErrorData;
  readonly cause?: unknown;
}

/**
 * The one error class of Capstan. `code` is literal and catalogued in `docs/errors.md`; `message` says what failed,
 * where, and what to do; `data` holds the same facts for programs; the retry policy follows from the code.
 */
export class CapstanError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'CapstanError';
  readonly code: Code;
  readonly data: ErrorData;

  constructor(code: Code, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.data = details.data ?? {};
  }

  /** How to go on after this failure; see `RetryPolicy`. */
  get retry(): RetryPolicy {
    return codes[this.code].retry;
  }
}

/** Whether `error` is a CapstanError, and of `code` when one is given. */
export function isCapstanError<Code extends ErrorCode = ErrorCode>(
  error: unknown,
  ...of: readonly Code[]
): error is CapstanError<Code> {
  return error instanceof CapstanError && (of.length === 0 || (of as readonly string[]).includes(String(error.code)));
}

/** The policy for any thrown value: a CapstanError's own; anything else is a bug or an outage, so `transient`. */
export function retryPolicyOf(error: unknown): RetryPolicy {
  return error instanceof CapstanError ? error.retry : 'transient';
}

/** An error's message with those of its causes, outermost first: `a: b: c`. Repeated text is not repeated. */
export function messageOf(error: unknown): string {
  const parts: string[] = [];
  for (let at: unknown = error, depth = 0; at !== undefined && at !== null && depth < 8; depth++) {
    const text = at instanceof Error ? at.message : typeof at === 'string' ? at : 'a thrown value that is no error';
    if (text !== '' && !parts.some((part) => part.includes(text))) parts.push(text);
    at = at instanceof Error ? at.cause : undefined;
  }
  return parts.join(': ');
}
