import { CapstanError, codes, isCapstanError, messageOf, type ErrorCode, type ErrorData } from '@capstan/errors';

/** An error on its way between two processes. */
export interface Failure {
  readonly code?: string;
  readonly message: string;
  readonly data?: ErrorData;
  readonly stack?: string;
  /** Messages of the causes, outermost first, as one text. */
  readonly cause?: string;
}

/** Makes an error fit to be sent. */
export function toFailure(error: unknown): Failure {
  if (isCapstanError(error)) {
    const cause = error.cause === undefined ? {} : { cause: messageOf(error.cause) };
    return { code: error.code, message: error.message, data: error.data, ...cause };
  }
  const stack = error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {};
  return { message: messageOf(error) || 'failed without a message', ...stack };
}

/** The error that was sent. What was no CapstanError is a bug in the worker's code, told as POOL_CRASHED. */
export function fromFailure(failure: Failure): CapstanError {
  const details = {
    ...(failure.data === undefined ? {} : { data: failure.data }),
    ...(failure.cause === undefined ? {} : { cause: new Error(failure.cause) }),
  };
  if (failure.code !== undefined && isCode(failure.code))
    return new CapstanError(failure.code, failure.message, details);
  return new CapstanError('POOL_CRASHED', `a task failed in its worker: ${failure.message}`, {
    ...details,
    cause: new Error(failure.stack ?? failure.message),
  });
}

function isCode(code: string): code is ErrorCode {
  return Object.hasOwn(codes, code);
}
