import { CapstanError } from '@capstan/errors';
import { refKey } from '@capstan/object';
import { isSettled, type AppView } from '@capstan/views';
import { Command, Option } from 'commander';
import { appPrinting } from '../command-line/app-printing.ts';
import { awaitApps, type Standing } from '../command-line/await-apps.ts';
import {
  withCluster,
  withClusterFlags,
  type ClusterAccess,
  type ClusterFlags,
} from '../command-line/cluster-access.ts';
import { durationFlag } from '../command-line/duration.ts';
import { pickApps } from '../command-line/find-apps.ts';
import { outputOption, printed, type OutputFormat } from '../command-line/output.ts';

type Goal = 'settled' | 'synced' | 'healthy';

interface WaitFlags extends ClusterFlags {
  readonly namespace?: string;
  readonly output: OutputFormat;
  readonly all: boolean;
  readonly for: Goal;
  readonly revision?: string;
  readonly timeout: string;
}

/** `capstan wait`: until apps are synced and healthy. */
export function waitCommand(): Command {
  return withClusterFlags(new Command('wait'))
    .description('Wait until apps are synced and healthy.')
    .argument('[name...]', '[KIND/][NAMESPACE/]NAME')
    .option('-n, --namespace <name>', 'look in one namespace only')
    .option('--all', 'wait for every app and source', false)
    .addOption(
      new Option('--for <goal>', 'what to wait for').choices(['settled', 'synced', 'healthy']).default('settled'),
    )
    .option('--revision <commit>', 'and until they are at this commit (its beginning is enough)')
    .option('--timeout <duration>', 'how long at most', '5m')
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Ends with 0 when all are there, 11 when the time is up, 12 as soon as one is synced and degraded (waiting does not help),
14 when one is blocked. Changes are told on stderr, the final state on stdout.

Examples:
  capstan wait production
  capstan wait --all --timeout 60s
  capstan wait staging --revision "$(git rev-parse HEAD)"
`,
    )
    .action((names: readonly string[], flags: WaitFlags) => {
      if (names.length === 0 && !flags.all) throw new CapstanError('USAGE', 'name what to wait for, or say --all');
      return withCluster(flags, (access) => wait(access, names, flags));
    });
}

async function wait(access: ClusterAccess, names: readonly string[], flags: WaitFlags): Promise<void> {
  const timeoutMs = durationFlag('--timeout', flags.timeout);
  const apps = await pickApps(access.client, names, flags.namespace);
  const done = await awaitApps(access.client, {
    keys: new Set(apps.map(({ view }) => refKey(view.ref))),
    timeoutMs,
    standing: (app) => standingOf(app, flags.for, flags.revision),
  });
  process.stdout.write(printed(done, flags.output, appPrinting, names.length === 1));
}

/** How an app stands towards a goal and a revision. */
export function standingOf(app: AppView, goal: Goal, revision: string | undefined): Standing {
  if (app.blocked) return 'blocked';
  const isAt = revision === undefined || app.revision.includes(revision);
  if (!isAt) return 'on its way';
  const reached: Record<Goal, boolean> = {
    settled: isSettled(app),
    synced: app.sync === 'Synced',
    healthy: app.health === 'Healthy',
  };
  if (reached[goal]) return 'there';
  return app.sync === 'Synced' && app.health === 'Degraded' ? 'degraded' : 'on its way';
}
