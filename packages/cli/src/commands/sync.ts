import { CapstanError } from '@capstan/errors';
import { getPath, refKey, refOf, type KubernetesObject } from '@capstan/object';
import { textAt, type AppView } from '@capstan/views';
import { Command } from 'commander';
import { isRefreshing, requestRefresh, startSync, syncPhase } from '../actions/sync-argo.ts';
import { hasHandled, requestReconcile } from '../actions/sync-flux.ts';
import { appPrinting } from '../command-line/app-printing.ts';
import { awaitApps, type Standing } from '../command-line/await-apps.ts';
import {
  withCluster,
  withClusterFlags,
  type ClusterAccess,
  type ClusterFlags,
} from '../command-line/cluster-access.ts';
import { durationFlag } from '../command-line/duration.ts';
import { findApp, fullName, type App } from '../command-line/find-apps.ts';
import { outputOption, printed, type OutputFormat } from '../command-line/output.ts';

interface SyncFlags extends ClusterFlags {
  readonly namespace?: string;
  readonly output: OutputFormat;
  readonly revision?: string;
  readonly prune: boolean;
  readonly dryRun: boolean;
  readonly force: boolean;
  readonly refresh: boolean;
  readonly hardRefresh: boolean;
  readonly withSource: boolean;
  readonly wait: boolean;
  readonly timeout: string;
}

/** `capstan sync`: have an app applied now. */
export function syncCommand(): Command {
  return withClusterFlags(new Command('sync'))
    .description("Have an app applied now: Argo CD's sync, Flux's reconcile.")
    .argument('<name>', '[KIND/][NAMESPACE/]NAME')
    .option('-n, --namespace <name>', 'look in one namespace only')
    .option('--with-source', 'Kustomization: fetch its source first', false)
    .option('--revision <revision>', 'Application: sync to this revision')
    .option('--prune', 'Application: delete what is no longer in Git', false)
    .option('--dry-run', 'Application: change nothing', false)
    .option('--force', 'Application: delete and make anew what cannot be changed', false)
    .option('--refresh', 'Application: compare with Git, without a sync', false)
    .option('--hard-refresh', 'Application: the same, and render anew', false)
    .option('--no-wait', 'do not wait for the end')
    .option('--timeout <duration>', 'how long to wait at most', '5m')
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Ends with 0 when it is done, 11 when the time is up, 12 when it failed, 14 when the app is suspended or busy.

Examples:
  capstan sync production --prune
  capstan sync ks/development --with-source
  capstan sync staging --revision v1.2.0 --no-wait
`,
    )
    .action((name: string, flags: SyncFlags) => withCluster(flags, (access) => sync(access, name, flags)));
}

async function sync(access: ClusterAccess, name: string, flags: SyncFlags): Promise<void> {
  const timeoutMs = durationFlag('--timeout', flags.timeout);
  const app = await findApp(access.client, name, flags.namespace);
  refuseForeignFlags(app, flags);
  if (getPath(app.object, 'spec', 'suspend') === true) {
    throw new CapstanError('APP_BLOCKED', `${fullName(app.view)} is suspended; capstan resume ${app.view.ref.name}`);
  }
  access.announceWrite();
  const finished =
    app.view.dialect === 'argo' ? await syncArgo(access, app, flags) : await syncFlux(access, app, flags);
  if (!flags.wait) {
    process.stdout.write(printed([app.view], flags.output, appPrinting, true));
    return;
  }
  const done = await awaitApps(access.client, {
    keys: new Set([refKey(app.view.ref)]),
    timeoutMs,
    standing: (view, object) => finished(view, object),
  });
  process.stdout.write(printed(done, flags.output, appPrinting, true));
}

type Finished = (view: AppView, object: KubernetesObject) => Standing;

async function syncArgo({ client }: ClusterAccess, app: App, flags: SyncFlags): Promise<Finished> {
  if (flags.refresh || flags.hardRefresh) {
    await requestRefresh(client, app.object, flags.hardRefresh ? 'hard' : 'normal');
    return (_, object) => (isRefreshing(object) ? 'on its way' : 'there');
  }
  const before = textAt(app.object, 'status', 'operationState', 'startedAt');
  await startSync(client, app.object, {
    prune: flags.prune,
    dryRun: flags.dryRun,
    force: flags.force,
    ...(flags.revision === undefined ? {} : { revision: flags.revision }),
  });
  return (_, object) => {
    const phase = syncPhase(object, before);
    return phase === 'Succeeded' ? 'there' : phase === 'Failed' || phase === 'Error' ? 'degraded' : 'on its way';
  };
}

async function syncFlux({ client }: ClusterAccess, app: App, flags: SyncFlags): Promise<Finished> {
  if (flags.withSource) await syncSource(client, app, flags);
  const value = await requestReconcile(client, app.object, new Date());
  return (view, object) => {
    if (!hasHandled(object, value)) return 'on its way';
    if (view.blocked) return 'blocked';
    return view.sync === 'Synced' ? 'there' : view.sync === 'Progressing' ? 'on its way' : 'degraded';
  };
}

async function syncSource(client: ClusterAccess['client'], app: App, flags: SyncFlags): Promise<void> {
  const own = textAt(app.object.metadata, 'namespace');
  const ref = {
    ...{ group: 'source.toolkit.fluxcd.io', version: 'v1', kind: 'GitRepository' },
    namespace: textAt(app.object, 'spec', 'sourceRef', 'namespace') || own,
    name: textAt(app.object, 'spec', 'sourceRef', 'name'),
  };
  const source = await client.get(ref);
  const value = await requestReconcile(client, source, new Date());
  await awaitApps(client, {
    keys: new Set([refKey(refOf(source))]),
    timeoutMs: durationFlag('--timeout', flags.timeout),
    standing: (view, object) =>
      !hasHandled(object, value)
        ? 'on its way'
        : view.sync === 'OutOfSync'
          ? 'degraded'
          : view.sync === 'Synced'
            ? 'there'
            : 'on its way',
  });
}

/** A flag that the dialect does not know is a mistake, not something to pass over. */
function refuseForeignFlags({ view }: App, flags: SyncFlags): void {
  const foreign =
    view.dialect === 'argo'
      ? { '--with-source': flags.withSource }
      : {
          '--revision': flags.revision !== undefined,
          '--prune': flags.prune,
          '--dry-run': flags.dryRun,
          '--force': flags.force,
          '--refresh': flags.refresh,
          '--hard-refresh': flags.hardRefresh,
        };
  const [given] = Object.entries(foreign).filter(([, isGiven]) => isGiven);
  if (given === undefined) return;
  throw new CapstanError('USAGE', `${given[0]} has no meaning for a ${view.ref.kind}`);
}
