import { isCapstanError } from '@capstan/errors';
import type { KubernetesObject } from '@capstan/object';
import { isSettled, reasonsOf, type AppEvidence, type Reason } from '@capstan/views';
import { Command } from 'commander';
import {
  withCluster,
  withClusterFlags,
  type ClusterAccess,
  type ClusterFlags,
} from '../command-line/cluster-access.ts';
import { findApp, fullName } from '../command-line/find-apps.ts';
import { outputOption, printed, type OutputFormat, type Printing } from '../command-line/output.ts';
import { plainLine, plainText } from '../command-line/plain-text.ts';
import { atDestination, withDestinationFlag, type DestinationFlags } from '../inspect/destination.ts';
import { gatherEvidence } from '../inspect/gather.ts';

interface WhyFlags extends ClusterFlags, DestinationFlags {
  readonly namespace?: string;
  readonly output: OutputFormat;
}

/** `capstan why`: what keeps an app from being synced and healthy. */
export function whyCommand(): Command {
  return withDestinationFlag(withClusterFlags(new Command('why')))
    .description('Tell what keeps an app from being synced and healthy: conditions, sources, resources, warnings.')
    .argument('<name>', '[KIND/][NAMESPACE/]NAME')
    .option('-n, --namespace <name>', 'look in one namespace only')
    .addOption(outputOption())
    .addHelpText('after', '\nExamples:\n  capstan why production\n  capstan why ks/development -o json\n')
    .action((name: string, flags: WhyFlags) => withCluster(flags, (access) => why(access, name, flags)));
}

const printing: Printing<Reason> = {
  columns: [],
  json: ({ what, detail, hint }) => ({ what, detail, hint }),
  name: ({ what }) => what,
  none: '',
};

async function why(access: ClusterAccess, name: string, flags: WhyFlags): Promise<void> {
  const { object, view } = await findApp(access.client, name, flags.namespace);
  const evidence = await evidenceOf(access, object, flags);
  const reasons = reasonsOf(evidence);
  if (flags.output !== 'table' && flags.output !== 'wide') {
    process.stdout.write(printed(reasons, flags.output, printing));
    return;
  }
  const state = `${fullName(view)} is ${view.sync}, ${view.health}`;
  if (reasons.length === 0) {
    process.stdout.write(`${state}. ${isSettled(view) ? 'Nothing stands in the way.' : 'No reason is known.'}\n`);
    return;
  }
  process.stdout.write(`${state}.\n\n${reasons.map(reasonText).join('')}`);
}

/** Why an app waits can be told, in part, without its objects: their cluster may be what it waits for. */
async function evidenceOf(access: ClusterAccess, app: KubernetesObject, flags: WhyFlags): Promise<AppEvidence> {
  const home = access.client;
  try {
    return await atDestination(access, app, flags, (at) => gatherEvidence({ home, away: at.client }, app));
  } catch (error) {
    if (!isCapstanError(error, 'DESTINATION_UNREACHABLE', 'KUBE_UNREACHABLE', 'KUBE_TIMEOUT')) throw error;
    process.stderr.write(`capstan: its objects cannot be looked at: ${plainLine(error.message)}\n`);
    return gatherEvidence({ home }, app);
  }
}

function reasonText({ what, detail, hint }: Reason): string {
  const lines = plainText(detail)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const more = [...lines, ...(hint === '' ? [] : [`→ ${plainLine(hint)}`])];
  return `- ${plainLine(what)}\n${more.map((line) => `    ${line}\n`).join('')}`;
}
