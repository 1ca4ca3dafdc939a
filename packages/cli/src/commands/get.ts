import { createWatchCache } from '@capstan/kube';
import { followApps } from '@capstan/server';
import { appKinds, type AppView } from '@capstan/views';
import { Command } from 'commander';
import { appPrinting } from '../command-line/app-printing.ts';
import {
  withCluster,
  withClusterFlags,
  type ClusterAccess,
  type ClusterFlags,
} from '../command-line/cluster-access.ts';
import { fullName, pickApps } from '../command-line/find-apps.ts';
import { outputOption, printed, type OutputFormat } from '../command-line/output.ts';
import { stopRequested } from '../command-line/stop-signal.ts';

interface GetFlags extends ClusterFlags {
  readonly namespace?: string;
  readonly output: OutputFormat;
  readonly watch: boolean;
}

/** `capstan get`: apps and sources, with sync and health. */
export function getCommand(): Command {
  return withClusterFlags(new Command('get'))
    .description('List apps and sources of both dialects, with sync and health.')
    .argument('[name...]', '[KIND/][NAMESPACE/]NAME; all of them when none is given')
    .option('-n, --namespace <name>', 'only those in a namespace (default: all)')
    .option('-w, --watch', 'go on and print each change; as jsonl where json is asked for', false)
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Examples:
  capstan get
  capstan get production -o json
  capstan get ks/flux-system/development -o wide
  capstan get -n argocd -o name
  capstan get -w -o jsonl
`,
    )
    .action((names: readonly string[], flags: GetFlags) => withCluster(flags, (access) => get(access, names, flags)));
}

async function get(access: ClusterAccess, names: readonly string[], flags: GetFlags): Promise<void> {
  const apps = await pickApps(access.client, names, flags.namespace);
  const views = apps.map(({ view }) => view);
  if (!flags.watch) {
    process.stdout.write(printed(views, flags.output, appPrinting, names.length === 1));
    return;
  }
  await watchChanges(access, flags, names.length === 0 ? undefined : new Set(views.map(fullName)));
}

async function watchChanges(
  access: ClusterAccess,
  flags: GetFlags,
  only: ReadonlySet<string> | undefined,
): Promise<void> {
  const cache = createWatchCache(access.client, { tracked: () => true });
  const feed = followApps(cache, appKinds);
  await feed.started;
  const isWanted = (app: AppView): boolean =>
    (only === undefined || only.has(fullName(app))) &&
    (flags.namespace === undefined || app.ref.namespace === flags.namespace);
  const format = flags.output === 'json' ? 'jsonl' : flags.output;
  process.stdout.write(printed(feed.list().filter(isWanted), format, appPrinting));
  const unsubscribe = feed.subscribe((change) => {
    if (change.type === 'gone') process.stderr.write(`capstan: ${change.key} is gone\n`);
    else if (isWanted(change.app))
      process.stdout.write(withoutHeading(printed([change.app], format, appPrinting), format));
  });
  await stopRequested();
  unsubscribe();
  feed.close();
  await cache.close();
}

function withoutHeading(text: string, format: OutputFormat): string {
  return format === 'table' || format === 'wide' ? text.slice(text.indexOf('\n') + 1) : text;
}
