/** The levels of `--log-level`. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;

/** One of the log levels. */
export type LogLevel = (typeof logLevels)[number];
