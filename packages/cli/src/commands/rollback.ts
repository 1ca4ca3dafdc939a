import { CapstanError } from '@capstan/errors';
import { refKey } from '@capstan/object';
import { textAt } from '@capstan/views';
import { Command } from 'commander';
import { rollbackOf } from '../actions/rollback-argo.ts';
import { startOperation, syncPhase } from '../actions/sync-argo.ts';
import { appPrinting } from '../command-line/app-printing.ts';
import { awaitApps } from '../command-line/await-apps.ts';
import {
  withCluster,
  withClusterFlags,
  type ClusterAccess,
  type ClusterFlags,
} from '../command-line/cluster-access.ts';
import { durationFlag } from '../command-line/duration.ts';
import { findApp } from '../command-line/find-apps.ts';
import { outputOption, printed, type OutputFormat } from '../command-line/output.ts';
import { onlyApplication } from './history.ts';

interface RollbackFlags extends ClusterFlags {
  readonly namespace?: string;
  readonly output: OutputFormat;
  readonly prune: boolean;
  readonly dryRun: boolean;
  readonly wait: boolean;
  readonly timeout: string;
}

/** `capstan rollback`: bring back what an Application deployed before. */
export function rollbackCommand(): Command {
  return withClusterFlags(new Command('rollback'))
    .description('Bring back what an Application deployed before, without its hooks. Git stays as it is.')
    .argument('<name>', '[KIND/][NAMESPACE/]NAME')
    .argument('[id]', 'a deployment, as `capstan history` numbers them; the one before the last when absent')
    .option('-n, --namespace <name>', 'look in one namespace only')
    .option('--prune', 'delete what that deployment does not have', false)
    .option('--dry-run', 'change nothing', false)
    .option('--no-wait', 'do not wait for the end')
    .option('--timeout <duration>', 'how long to wait at most', '5m')
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
An Application that syncs by itself would undo it, and is refused: 14. Ends with 0 when it is done, 11 when the time is
up, 12 when it failed, 14 when the app syncs by itself, is busy or is being deleted.

Examples:
  capstan rollback production
  capstan rollback production 3 --prune
`,
    )
    .action((name: string, id: string | undefined, flags: RollbackFlags) =>
      withCluster(flags, (access) => rollback(access, name, id, flags)),
    );
}

async function rollback(
  access: ClusterAccess,
  name: string,
  id: string | undefined,
  flags: RollbackFlags,
): Promise<void> {
  const { client } = access;
  const timeoutMs = durationFlag('--timeout', flags.timeout);
  const { object, view } = onlyApplication(await findApp(client, name, flags.namespace));
  const { prune, dryRun } = flags;
  const { sync } = rollbackOf(object, { prune, dryRun, ...(id === undefined ? {} : { id: deploymentId(id) }) });
  access.announceWrite();
  const before = textAt(object, 'status', 'operationState', 'startedAt');
  await startOperation(client, object, { sync });
  if (!flags.wait) {
    process.stdout.write(printed([view], flags.output, appPrinting, true));
    return;
  }
  const done = await awaitApps(client, {
    keys: new Set([refKey(view.ref)]),
    timeoutMs,
    standing: (_, now) => {
      const phase = syncPhase(now, before);
      return phase === 'Succeeded' ? 'there' : phase === 'Failed' || phase === 'Error' ? 'degraded' : 'on its way';
    },
  });
  process.stdout.write(printed(done, flags.output, appPrinting, true));
}

function deploymentId(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new CapstanError('USAGE', `${text} is no number of a deployment`);
  return Number(text);
}
