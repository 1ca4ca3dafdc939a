/** Exit codes of every verb (DESIGN §5). */
export const exitCode = {
  ok: 0,
  error: 1,
  usage: 2,
  differences: 10,
  timeout: 11,
  degraded: 12,
  denied: 13,
  blocked: 14,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
