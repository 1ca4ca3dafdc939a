import { CapstanError } from '@capstan/errors';
import { Command } from 'commander';
import { durationFlag } from '../command-line/duration.ts';
import { stopRequested } from '../command-line/stop-signal.ts';

interface UpFlags {
  readonly state: string;
  readonly port?: string;
  readonly once: boolean;
  readonly timeout: string;
}

/** `capstan up`: everything, on this machine. */
export function upCommand(): Command {
  return new Command('up')
    .description('Run everything on this machine: sandbox, Git repository, controllers and page.')
    .option('--state <dir>', 'where everything is kept', '.capstan')
    .option('--port <number>', 'port of the page; 0 takes a free one (default: that of last time, else 8484)')
    .option('--once', 'end when everything seeded is synced and healthy', false)
    .option('--timeout <duration>', 'how long that may take, with --once', '2m')
    .addHelpText(
      'after',
      `
It seeds a repository with one app in three environments, brings development to the sandbox with Flux's resources,
staging and production with Argo CD's, and says what to try next. The state folder holds kubeconfig, up.json
({url, kubeconfig, repositories}), repositories/*.git, and the logs.

Examples:
  capstan up
  capstan up --port 0 --state /tmp/capstan
  capstan up --once --timeout 60s        ends with 0, or with 11 when the time is up
`,
    )
    .action((flags: UpFlags) => up(flags));
}

async function up(flags: UpFlags): Promise<void> {
  // Loaded when it is needed: other commands start faster without it.
  const { runUp } = await import('../up/run-up.ts');
  await runUp({
    state: flags.state,
    port: portOf(flags.port),
    once: flags.once,
    timeoutMs: durationFlag('--timeout', flags.timeout),
    say: (line) => process.stderr.write(`capstan: ${line}\n`),
    print: (text) => process.stdout.write(text),
    stop: stopRequested(),
  });
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (/^\d+$/.test(text) && port < 65_536) return port;
  throw new CapstanError('USAGE', `--port ${text}: a port is a number from 0 to 65535`);
}
