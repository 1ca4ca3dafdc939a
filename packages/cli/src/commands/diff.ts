import { existsSync } from 'node:fs';
import { CapstanError } from '@capstan/errors';
import type { KubeClient } from '@capstan/kube';
import { formatRef, type JsonValue } from '@capstan/object';
import { Command } from 'commander';
import { buildFolder, realFolder } from '../build/build-folder.ts';
import {
  withCluster,
  withClusterFlags,
  type ClusterAccess,
  type ClusterFlags,
} from '../command-line/cluster-access.ts';
import { findApp, fullName } from '../command-line/find-apps.ts';
import { outputOption, printed, type OutputFormat, type Printing } from '../command-line/output.ts';
import { changeText, masked } from '../diff/change-text.ts';
import { compareState, type ObjectChange } from '../diff/compare-state.ts';
import { desiredOfApplication } from '../diff/desired-application.ts';
import { desiredOfKustomization } from '../diff/desired-kustomization.ts';
import type { ContentSource, DesiredState } from '../diff/desired-state.ts';
import { exitCode } from '../exit-codes.ts';
import { atDestination, withDestinationFlag, type DestinationFlags } from '../inspect/destination.ts';

interface DiffFlags extends ClusterFlags, DestinationFlags {
  readonly namespace?: string;
  readonly output: OutputFormat;
  readonly revision?: string;
  readonly local?: string;
  readonly source?: string;
}

/** `capstan diff`: what would change. */
export function diffCommand(): Command {
  return withDestinationFlag(withClusterFlags(new Command('diff')))
    .description('Show what a revision or a folder would change in the cluster. Nothing is written.')
    .argument('<name-or-folder>', '[KIND/][NAMESPACE/]NAME of an app, or a folder as ./DIR')
    .option('-n, --namespace <name>', 'look in one namespace only')
    .option('--revision <revision>', "of the app's repository (default: the one that it follows)")
    .option('--local <dir>', "the app's folder as it is on this machine")
    .option('--source <position-or-name>', 'which of several sources --revision or --local is about')
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Every change is tried out by the server in a dry-run, with the person's own rights. Values of Secrets are not shown.
Ends with 0 when nothing would change, with 10 when something would.

Examples:
  capstan diff production
  capstan diff staging --revision feature/new-image
  capstan diff ks/development --local overlays/development
  capstan diff shop --source 2 --revision feature/new-values
  capstan diff ./k8s
`,
    )
    .action((name: string, flags: DiffFlags) => withCluster(flags, (access) => diff(access, name, flags)));
}

const printing: Printing<ObjectChange> = {
  columns: [],
  json: (change): JsonValue => {
    const { group, version, kind, namespace, name } = change.ref;
    const { before, after } = masked(change);
    return {
      change: change.change,
      ...{ group, version, kind, namespace, name },
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    };
  },
  name: ({ ref }) => formatRef(ref),
  none: '',
};

async function diff(access: ClusterAccess, name: string, flags: DiffFlags): Promise<void> {
  const changes = /^[./]/.test(name)
    ? await compared(access.client, await desiredOfFolder(access, name, flags), access.config.context)
    : await changesOfApp(access, name, flags);
  if (flags.output === 'table' || flags.output === 'wide')
    process.stdout.write(changes.length === 0 ? 'Nothing would change.\n' : changes.map(changeText).join('\n'));
  else process.stdout.write(printed(changes, flags.output, printing));
  // What merely stays is no change of the cluster.
  if (changes.some(({ change }) => change !== 'kept')) process.exitCode = exitCode.differences;
}

async function compared(client: KubeClient, state: DesiredState, where: string): Promise<readonly ObjectChange[]> {
  process.stderr.write(`capstan: comparing ${state.from} with ${where}\n`);
  if (state.hooks > 0) process.stderr.write(`capstan: ${state.hooks} hooks are run, not compared\n`);
  return (await compareState(client, state)).filter(({ change }) => change !== 'none');
}

async function changesOfApp(access: ClusterAccess, name: string, flags: DiffFlags): Promise<readonly ObjectChange[]> {
  if (flags.local !== undefined && flags.revision !== undefined)
    throw new CapstanError('USAGE', '--local and --revision exclude one another');
  const { object, view } = await findApp(access.client, name, flags.namespace);
  const content: ContentSource =
    flags.local === undefined
      ? { kind: 'revision', revision: flags.revision }
      : { kind: 'folder', folder: realFolder(flags.local) };
  if (object.kind === 'Kustomization')
    return compared(access.client, await desiredOfKustomization(access.client, object, content), access.config.context);
  if (object.kind !== 'Application')
    throw new CapstanError('USAGE', `${fullName(view)} applies nothing, so there is nothing to compare`);
  return atDestination(access, object, flags, async (at) => {
    const chosen = flags.source === undefined ? {} : { source: flags.source };
    const state = await desiredOfApplication({ home: access.client, at }, object, { content, ...chosen });
    return compared(at.client, state, at.client === access.client ? access.config.context : at.name || at.server);
  });
}

async function desiredOfFolder(access: ClusterAccess, name: string, flags: DiffFlags): Promise<DesiredState> {
  if (!existsSync(name)) throw new CapstanError('USAGE', `there is no folder ${name}`);
  if (flags.local !== undefined || flags.revision !== undefined || flags.source !== undefined)
    throw new CapstanError('USAGE', '--local, --revision and --source belong to an app, not to a folder');
  const built = await buildFolder(name, { recurse: false });
  const objects = built.objects();
  return {
    objects: objects.map(({ object }) => object),
    hooks: 0,
    strategy: { kind: 'client-side', manager: 'capstan-cli' },
    inventory: [],
    prunes: false,
    namespace: access.config.namespace,
    from: name,
  };
}
