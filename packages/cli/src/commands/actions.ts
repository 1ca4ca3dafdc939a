import { discoverActions, planAction, runOperations } from '@capstan/controllers/argo-actions';
import { CapstanError, isCapstanError } from '@capstan/errors';
import type { ResourceAction } from '@capstan/health';
import type { KubeClient } from '@capstan/kube';
import { formatRef, refOf, type KubernetesObject, type VersionedRef } from '@capstan/object';
import { Command } from 'commander';
import {
  withCluster,
  withClusterFlags,
  type ClusterAccess,
  type ClusterFlags,
} from '../command-line/cluster-access.ts';
import { findApp } from '../command-line/find-apps.ts';
import { outputOption, printed, type OutputFormat, type Printing } from '../command-line/output.ts';
import { atDestination, withDestinationFlag, type Destination, type DestinationFlags } from '../inspect/destination.ts';
import { gatherActions, objectCalled, refuseOtherThanApplication, type AppActions } from '../inspect/gather-actions.ts';

interface ActionsFlags extends ClusterFlags, DestinationFlags {
  readonly namespace?: string;
  readonly output: OutputFormat;
}

interface ActFlags extends ClusterFlags, DestinationFlags {
  readonly namespace?: string;
  readonly param: Readonly<Record<string, string>>;
}

/** An action of an object of an app. */
interface ObjectAction {
  readonly object: KubernetesObject;
  readonly action: ResourceAction;
}

const printing: Printing<ObjectAction> = {
  columns: [
    { heading: 'OBJECT', value: ({ object }) => formatRef(refOf(object)) },
    { heading: 'ACTION', value: ({ action }) => action.name },
    { heading: 'STATE', value: ({ action }) => (action.disabled === true ? 'disabled' : 'enabled') },
    { heading: 'PARAMETERS', value: ({ action }) => (action.params ?? []).map(({ name }) => name).join(', ') },
    { heading: 'TITLE', wide: true, value: ({ action }) => action.displayName ?? '' },
  ],
  json: ({ object, action }) => {
    const { group, version, kind, namespace, name } = refOf(object);
    return {
      ...{ group, version, kind, namespace, name, action: action.name, disabled: action.disabled ?? false },
      displayName: action.displayName ?? '',
      params: (action.params ?? []).map((param) => ({ name: param.name })),
    };
  },
  name: ({ object, action }) => `${formatRef(refOf(object))} ${action.name}`,
  none: 'No object of this app has actions.',
};

/** `capstan actions`: what can be done with the objects of an app. */
export function actionsCommand(): Command {
  return withDestinationFlag(withClusterFlags(new Command('actions')))
    .description('List the actions that the objects of an Argo CD Application have: built in, and from argocd-cm.')
    .argument('<app>', '[NAMESPACE/]NAME')
    .option('-n, --namespace <name>', 'look in one namespace only')
    .addOption(outputOption())
    .addHelpText('after', '\nExamples:\n  capstan actions guestbook\n  capstan actions argocd/guestbook -o json\n')
    .action((name: string, flags: ActionsFlags) => withCluster(flags, (access) => listActions(access, name, flags)));
}

/** `capstan act`: does one of these things. */
export function actCommand(): Command {
  return withDestinationFlag(withClusterFlags(new Command('act')))
    .description(
      'Run an action on an object of an Argo CD Application, with your own rights, as far as its project permits. On another cluster these are those of a context of yours, or of its Secret where you may read that.',
    )
    .argument('<app>', '[NAMESPACE/]NAME')
    .argument('<object>', 'KIND/[NAMESPACE/]NAME of an object of the app')
    .argument('<action>', 'the action, as `capstan actions` names it')
    .option('-n, --namespace <name>', 'look in one namespace only')
    .option('--param <name=value>', 'a parameter of the action; may be given several times', parameter, {})
    .addHelpText(
      'after',
      '\nExamples:\n  capstan act guestbook Deployment/web restart\n  capstan act guestbook Deployment/web scale --param replicas=3\n  capstan act batch CronJob/shop/report create-job\n',
    )
    .action((app: string, object: string, action: string, flags: ActFlags) =>
      withCluster(flags, (access) => act(access, app, object, action, flags)),
    );
}

async function listActions(access: ClusterAccess, name: string, flags: ActionsFlags): Promise<void> {
  const { object: application } = await findApp(access.client, name, flags.namespace);
  refuseOtherThanApplication(application);
  const rows = await atDestination(access, application, flags, async (at) => {
    const gathered = await gatherActions(access.client, at, application);
    const found: ObjectAction[] = [];
    for (const ref of gathered.refs) {
      const object = await findReadable(at.client, ref);
      if (object === undefined) continue;
      for (const action of discoverActions(object, gathered.context)) found.push({ object, action });
    }
    return found;
  });
  process.stdout.write(printed(rows, flags.output, printing));
}

async function act(access: ClusterAccess, app: string, text: string, action: string, flags: ActFlags): Promise<void> {
  const { object: application } = await findApp(access.client, app, flags.namespace);
  refuseOtherThanApplication(application);
  await atDestination(access, application, flags, async (at) => {
    const gathered = await gatherActions(access.client, at, application);
    await actOn({ access, at, gathered }, text, action, flags);
  });
}

async function actOn(
  { access, at, gathered }: { readonly access: ClusterAccess; readonly at: Destination; readonly gathered: AppActions },
  text: string,
  action: string,
  flags: ActFlags,
): Promise<void> {
  const object = await objectCalled(gathered, text);
  const offered = discoverActions(object, gathered.context);
  const known = offered.find((each) => each.name === action);
  if (known === undefined) {
    const names = offered.map((each) => each.name).join(', ');
    const tail = names === '' ? 'it has none' : `it has ${names}`;
    throw new CapstanError('USAGE', `${formatRef(refOf(object))} has no action ${action}; ${tail}`);
  }
  const strange = Object.keys(flags.param).find((name) => known.params?.some((each) => each.name === name) !== true);
  if (strange !== undefined) throw new CapstanError('USAGE', `${action} has no parameter ${strange}`);
  if (known.disabled === true) {
    throw new CapstanError(
      'ACTION_FAILED',
      `${action} is disabled in the present state of ${formatRef(refOf(object))}`,
    );
  }
  const operations = planAction(object, action, flags.param, gathered.context);
  if (at.client === access.client) access.announceWrite();
  else process.stderr.write(`capstan: writing to ${at.name || 'a cluster'} at ${at.server}\n`);
  const written = await runOperations(gathered.place, object, operations);
  for (const each of written) process.stdout.write(`${formatRef(refOf(each))}\n`);
  const what = written.length === 0 ? 'had nothing to change' : 'done';
  process.stderr.write(`capstan: ${action} on ${formatRef(refOf(object))}: ${what}\n`);
}

async function findReadable(client: KubeClient, ref: VersionedRef): Promise<KubernetesObject | undefined> {
  try {
    return await client.find(ref);
  } catch (error) {
    if (isCapstanError(error, 'KUBE_FORBIDDEN', 'KUBE_KIND_UNKNOWN')) return undefined;
    throw error;
  }
}

function parameter(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at < 1) throw new CapstanError('USAGE', `--param ${text} is not NAME=VALUE`);
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}
