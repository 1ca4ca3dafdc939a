import { CapstanError } from '@capstan/errors';
import { shortRevision, textAt } from '@capstan/views';
import { Command } from 'commander';
import { deploymentsOf, type Deployment } from '../actions/rollback-argo.ts';
import {
  withCluster,
  withClusterFlags,
  type ClusterAccess,
  type ClusterFlags,
} from '../command-line/cluster-access.ts';
import { findApp, fullName, type App } from '../command-line/find-apps.ts';
import { outputOption, printed, type OutputFormat, type Printing } from '../command-line/output.ts';

interface HistoryFlags extends ClusterFlags {
  readonly namespace?: string;
  readonly output: OutputFormat;
}

const deploymentPrinting: Printing<Deployment> = {
  columns: [
    { heading: 'ID', value: ({ id }) => String(id) },
    { heading: 'DEPLOYED', value: ({ deployedAt }) => deployedAt },
    { heading: 'REVISION', value: ({ revisions }) => revisions.map(shortRevision).join(', ') },
    { heading: 'BY', value: ({ initiatedBy }) => initiatedBy },
    { heading: 'SOURCE', wide: true, value: ({ sources }) => sources.map(sourceText).join(', ') },
  ],
  json: ({ id, deployedAt, revisions, sources, initiatedBy }) => ({ id, deployedAt, revisions, sources, initiatedBy }),
  name: ({ id }) => String(id),
  none: 'No deployments.',
};

/** `capstan history`: what an Application has deployed. */
export function historyCommand(): Command {
  return withClusterFlags(new Command('history'))
    .description('What an Application has deployed, newest first: what a rollback can bring back.')
    .argument('<name>', '[KIND/][NAMESPACE/]NAME')
    .option('-n, --namespace <name>', 'look in one namespace only')
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Examples:
  capstan history production
  capstan history production -o json
`,
    )
    .action((name: string, flags: HistoryFlags) => withCluster(flags, (access) => history(access, name, flags)));
}

async function history({ client }: ClusterAccess, name: string, flags: HistoryFlags): Promise<void> {
  const app = onlyApplication(await findApp(client, name, flags.namespace));
  process.stdout.write(printed(deploymentsOf(app.object).toReversed(), flags.output, deploymentPrinting));
}

/** An app that is an Application. Throws USAGE for another one: only Applications remember what they deployed. */
export function onlyApplication(app: App): App {
  if (app.view.dialect === 'argo') return app;
  throw new CapstanError(
    'USAGE',
    `${fullName(app.view)} keeps no deployments to go back to; revert its commit instead`,
  );
}

function sourceText(source: Deployment['sources'][number]): string {
  const what = textAt(source, 'chart') || textAt(source, 'path');
  return what === '' ? textAt(source, 'repoURL') : `${textAt(source, 'repoURL')} ${what}`;
}
