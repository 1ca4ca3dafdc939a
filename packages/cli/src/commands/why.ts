import { isSettled, reasonsOf, type Reason } from '@capstan/views';
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
import { gatherEvidence } from '../inspect/gather.ts';

interface WhyFlags extends ClusterFlags {
  readonly namespace?: string;
  readonly output: OutputFormat;
}

/** `capstan why`: what keeps an app from being synced and healthy. */
export function whyCommand(): Command {
  return withClusterFlags(new Command('why'))
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
  const reasons = reasonsOf(await gatherEvidence(access.client, object));
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

function reasonText({ what, detail, hint }: Reason): string {
  const lines = plainText(detail)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const more = [...lines, ...(hint === '' ? [] : [`→ ${plainLine(hint)}`])];
  return `- ${plainLine(what)}\n${more.map((line) => `    ${line}\n`).join('')}`;
}
