import { statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CapstanError, messageOf } from '@capstan/errors';
import { formatRef, refOf } from '@capstan/object';
import type { RenderedObject } from '@capstan/render';
import { Command, Option } from 'commander';
import { buildFolder, type BuiltFolder, type FolderBuild } from '../build/build-folder.ts';
import { addRefusedFlags, checkRefusedFlags, refusedFlagNames } from '../build/kustomize-flags.ts';
import { outputFormats, printed, type OutputFormat, type Printing } from '../command-line/output.ts';

interface BuildFlags {
  readonly output: string;
  readonly recurse: boolean;
  readonly loadRestrictor: keyof typeof restrictors;
  readonly reorder: keyof typeof orders;
  readonly enableManagedbyLabel: boolean;
  readonly remoteBases: boolean;
}

const restrictors = { LoadRestrictionsRootOnly: 'root', LoadRestrictionsNone: 'none' } as const;
const orders = { legacy: 'legacy', none: 'input' } as const;

/** `capstan build`: what a folder renders to. */
export function buildCommand(): Command {
  const command = new Command('build')
    .description('Print what a folder renders to: a kustomization as `kustomize build` does, else its manifests.')
    .argument('[dir]', 'the folder, or with --remote-bases the URL of one in a repository', '.')
    .option('--recurse', 'a folder without a kustomization: those below it too', false)
    .option('--remote-bases', 'fetch what kustomizations name elsewhere, over git and HTTP, as you', false)
    .addOption(
      new Option('--load-restrictor <name>', 'which files a kustomization may name, as kustomize calls it')
        .choices(Object.keys(restrictors))
        .default('LoadRestrictionsRootOnly'),
    )
    .addOption(
      new Option('--reorder <order>', 'the order where a kustomization has no sortOptions')
        .choices(Object.keys(orders))
        .default('legacy'),
    )
    .option('--enable-managedby-label', 'the label app.kubernetes.io/managed-by on all', false)
    .option('--enable-helm', 'as kustomize has it; a kustomization with charts is still refused by name', false)
    .option(
      '-o, --output <format-or-path>',
      `how it is printed (${outputFormats.join(', ')}), or the file or folder that it is written to`,
      'yaml',
    );
  return addRefusedFlags(command)
    .addHelpText('after', helpText())
    .action((dir: string, flags: BuildFlags) => {
      checkRefusedFlags(command);
      return build(dir, flags);
    });
}

function helpText(): string {
  return `
The output is that of kustomize 5.8.1, byte for byte. Nothing is fetched without --remote-bases: what lies elsewhere is
refused by name. A folder that is written to gets a file an object, named as kustomize names it; it must be there. A file
that is called like a format is written as ./json. Flags of kustomize that are refused, with the reason:
${refusedFlagNames()}.

Examples:
  capstan build overlays/production
  capstan build overlays/production | kubectl diff -f -
  capstan build k8s --recurse -o name
  capstan build overlays/production -o manifests.yaml
  capstan build --remote-bases 'https://github.com/org/repo//overlays/dev?ref=v1.2.0'
`;
}

const printing: Printing<RenderedObject> = {
  columns: [
    { heading: 'KIND', value: ({ object }) => object.kind },
    { heading: 'NAMESPACE', value: ({ object }) => refOf(object).namespace },
    { heading: 'NAME', value: ({ object }) => refOf(object).name },
    { heading: 'FILE', value: ({ origin }) => origin.path },
  ],
  json: ({ object }) => object,
  name: ({ object }) => formatRef(refOf(object)),
  none: 'No objects.',
};

async function build(dir: string, flags: BuildFlags): Promise<void> {
  if (dir === '-') throw new CapstanError('USAGE', 'build reads a folder, not its input: name the folder');
  const options: FolderBuild = {
    recurse: flags.recurse,
    kustomize: {
      order: orders[flags.reorder],
      loadRestrictions: restrictors[flags.loadRestrictor],
      managedByLabel: flags.enableManagedbyLabel,
    },
  };
  const built = flags.remoteBases ? await buildWithRemotes(dir, options) : await buildFolder(dir, options);
  const { output } = flags;
  if (!isFormat(output)) await writeTo(output, built);
  else process.stdout.write(output === 'yaml' ? built.text : printed(built.objects(), output, printing));
}

/** Git and HTTP are loaded when they are needed: most builds are done before they would be. */
async function buildWithRemotes(dir: string, options: FolderBuild): Promise<BuiltFolder> {
  const { withRemoteAccess } = await import('../build/remote-access.ts');
  return withRemoteAccess((fetch) => buildFolder(dir, { ...options, fetch }));
}

function isFormat(text: string): text is OutputFormat {
  return (outputFormats as readonly string[]).includes(text);
}

/** Writes one file, or a file an object into a folder that is there. */
async function writeTo(path: string, built: BuiltFolder): Promise<void> {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) await writeFile(path, built.text);
    else for (const { name, text } of built.files()) await writeFile(join(path, name), text);
  } catch (cause) {
    if (cause instanceof CapstanError) throw cause;
    throw new CapstanError('USAGE', `nothing can be written to ${path}: ${messageOf(cause)}`, {
      cause,
      data: { path },
    });
  }
}
