import { parseArgs, type ParseArgsConfig } from 'node:util';

const USAGE_ERROR = 2;

/**
 * Reads a tool's arguments. With `--help` it prints how the tool is used, and ends the process; what cannot be read is
 * named in a line, with that, and ends it with 2.
 */
export function readArguments<const Config extends ParseArgsConfig>(
  usage: string,
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  const args = config.args ?? process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(usage);
    process.exit(0);
  }
  try {
    return parseArgs(config);
  } catch (error) {
    if (!isOfArguments(error)) throw error;
    process.stderr.write(`${error.message.split('\n')[0] ?? ''}\n${usage}`);
    process.exit(USAGE_ERROR);
  }
}

function isOfArguments(error: unknown): error is Error {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('ERR_PARSE_ARGS_')
  );
}
