import { formatRef, type JsonValue } from '@capstan/object';
import { nodesOf, type TreeNode } from '@capstan/views';
import { Command } from 'commander';
import {
  withCluster,
  withClusterFlags,
  type ClusterAccess,
  type ClusterFlags,
} from '../command-line/cluster-access.ts';
import { findApp, fullName } from '../command-line/find-apps.ts';
import { outputOption, printed, type OutputFormat } from '../command-line/output.ts';
import { plainLine } from '../command-line/plain-text.ts';
import { atDestination, withDestinationFlag, type DestinationFlags } from '../inspect/destination.ts';
import { gatherTree } from '../inspect/gather.ts';

interface TreeFlags extends ClusterFlags, DestinationFlags {
  readonly namespace?: string;
  readonly output: OutputFormat;
}

/** `capstan tree`: what an app is made of. */
export function treeCommand(): Command {
  return withDestinationFlag(withClusterFlags(new Command('tree')))
    .description('Show what an app applies, and what that has brought about.')
    .argument('<name>', '[KIND/][NAMESPACE/]NAME')
    .option('-n, --namespace <name>', 'look in one namespace only')
    .addOption(outputOption())
    .addHelpText('after', '\nExamples:\n  capstan tree production\n  capstan tree ks/development -o json\n')
    .action((name: string, flags: TreeFlags) => withCluster(flags, (access) => tree(access, name, flags)));
}

async function tree(access: ClusterAccess, name: string, flags: TreeFlags): Promise<void> {
  const { object, view } = await findApp(access.client, name, flags.namespace);
  const nodes = await atDestination(access, object, flags, (at) =>
    gatherTree({ home: access.client, away: at.client }, object),
  );
  if (flags.output === 'table' || flags.output === 'wide') {
    const head = `${fullName(view)}   ${view.sync}, ${view.health}`;
    process.stdout.write(`${[head, ...branches(nodes, '')].join('\n')}\n`);
    return;
  }
  const rows = flags.output === 'name' || flags.output === 'jsonl' ? nodesOf(nodes) : nodes;
  process.stdout.write(
    printed(rows, flags.output, { columns: [], json: nodeJson, name: ({ ref }) => formatRef(ref), none: '' }),
  );
}

function branches(nodes: readonly TreeNode[], indent: string): readonly string[] {
  return nodes.flatMap((node, index) => {
    const last = index === nodes.length - 1;
    const line = `${indent}${last ? '└─ ' : '├─ '}${nodeLine(node)}`;
    return [line, ...branches(node.children, `${indent}${last ? '   ' : '│  '}`)];
  });
}

function nodeLine(node: TreeNode): string {
  const states = [node.toPrune ? 'to be pruned' : node.sync, node.sync === 'Missing' ? undefined : node.health?.status];
  const message = node.health?.status === 'Healthy' ? '' : (node.health?.message ?? '');
  const parts = [formatRef(node.ref), states.filter((text) => text !== undefined).join(', '), message];
  return parts
    .map(plainLine)
    .filter((text) => text !== '')
    .join('   ');
}

function nodeJson(node: TreeNode): JsonValue {
  return {
    group: node.ref.group,
    version: node.ref.version,
    kind: node.ref.kind,
    namespace: node.ref.namespace,
    name: node.ref.name,
    ...(node.sync === undefined ? {} : { sync: node.sync }),
    ...(node.health === undefined ? {} : { health: node.health.status, message: node.health.message ?? '' }),
    toPrune: node.toPrune,
    children: node.children.map(nodeJson),
  };
}
