import { formatRef, refOf } from '@capstan/object';
import type { RenderedObject } from '@capstan/render';
import { Command, Option } from 'commander';
import { buildFolder } from '../build/build-folder.ts';
import { outputFormats, printed, type OutputFormat, type Printing } from '../command-line/output.ts';

interface BuildFlags {
  readonly output: OutputFormat;
  readonly recurse: boolean;
  readonly loadRestrictor: keyof typeof restrictors;
}

const restrictors = { LoadRestrictionsRootOnly: 'root', LoadRestrictionsNone: 'none' } as const;

/** `capstan build`: what a folder renders to. */
export function buildCommand(): Command {
  return new Command('build')
    .description('Print what a folder renders to: a kustomization as `kustomize build` does, else its manifests.')
    .argument('[dir]', 'the folder', '.')
    .option('--recurse', 'a folder without a kustomization: those below it too', false)
    .addOption(
      new Option('--load-restrictor <name>', 'which files a kustomization may name, as kustomize calls it')
        .choices(Object.keys(restrictors))
        .default('LoadRestrictionsRootOnly'),
    )
    .addOption(new Option('-o, --output <format>', 'how it is printed').choices(outputFormats).default('yaml'))
    .addHelpText(
      'after',
      `
The output is that of kustomize 5.8.1, byte for byte. Nothing is fetched: a remote base is refused by name.

Examples:
  capstan build overlays/production
  capstan build overlays/production | kubectl diff -f -
  capstan build k8s --recurse -o name
`,
    )
    .action((dir: string, flags: BuildFlags) => build(dir, flags));
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
  const manifests = await buildFolder(dir, { recurse: flags.recurse, restrictor: restrictors[flags.loadRestrictor] });
  process.stdout.write(flags.output === 'yaml' ? manifests.text : printed(manifests.objects, flags.output, printing));
}
