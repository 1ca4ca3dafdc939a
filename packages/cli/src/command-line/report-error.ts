import { isCapstanError, messageOf, type ErrorCode } from '@capstan/errors';
import { exitCode, type ExitCode } from '../exit-codes.ts';

const exits: Partial<Record<ErrorCode, ExitCode>> = {
  USAGE: exitCode.usage,
  WAIT_TIMEOUT: exitCode.timeout,
  APP_DEGRADED: exitCode.degraded,
  KUBE_FORBIDDEN: exitCode.denied,
  KUBE_UNAUTHORIZED: exitCode.denied,
  PROJECT_DENIED: exitCode.denied,
  LEADER_ELSEWHERE: exitCode.blocked,
  NOT_HONOURED: exitCode.blocked,
  APP_BLOCKED: exitCode.blocked,
};

/** The exit code that a failure ends with. */
export function exitCodeOf(error: unknown): ExitCode {
  return isCapstanError(error) ? (exits[error.code] ?? exitCode.error) : exitCode.error;
}

/** A failure as a person reads it, or as one line of JSON for programs. Ends with a newline. */
export function failureText(error: unknown, asJson: boolean): string {
  const message = messageOf(error);
  if (!isCapstanError(error)) return asJson ? `${JSON.stringify({ error: { message } })}\n` : `capstan: ${message}\n`;
  if (asJson) return `${JSON.stringify({ error: { code: error.code, message, data: error.data } })}\n`;
  return `capstan: ${message} (${error.code})\n`;
}

/** Whether the command line asks for output that programs read. */
export function wantsJson(args: readonly string[]): boolean {
  return args.some((arg, index) => {
    const value = arg === '-o' || arg === '--output' ? args[index + 1] : /^(?:-o=?|--output=)(.+)$/.exec(arg)?.[1];
    return value === 'json' || value === 'jsonl';
  });
}
