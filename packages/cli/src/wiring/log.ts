import type { Log } from '@capstan/controllers';
import { destination, pino, type Logger } from 'pino';
import type { LogLevel } from './log-levels.ts';

/**
 * Logs as lines of JSON on stderr with the keys that Flux's and its tools' have (`ts`, `level`, `msg`), so that
 * `flux logs` reads them.
 */
export function jsonLog(level: LogLevel): Log {
  const logger = pino(
    {
      level,
      base: null,
      messageKey: 'msg',
      timestamp: () => `,"ts":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination({ fd: 2, sync: false }),
  );
  return wrap(logger);
}

function wrap(logger: Logger): Log {
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    child: (fields) => wrap(logger.child(fields)),
  };
}
