import { CapstanError } from '@capstan/errors';
import type { KubernetesObject } from '@capstan/object';
import { formatRef, refOf } from '@capstan/object';
import { stringifyAll } from '@capstan/yaml';
import { Command, Option } from 'commander';
import { outputFormats, printed, type OutputFormat, type Printing } from '../command-line/output.ts';
import { installManifests } from '../install/manifests.ts';

interface InstallFlags {
  readonly namespace: string;
  readonly image: string;
  readonly replicas: string;
  readonly dialect?: 'argo' | 'flux';
  readonly crds: boolean;
  readonly output: OutputFormat;
}

/** `capstan install`: the manifests that run Capstan in a cluster. */
export function installCommand(): Command {
  return new Command('install')
    .description('Print the manifests that run Capstan in a cluster.')
    .option('--image <name>', 'the image that you have built and pushed', 'capstan:0.1.0')
    .option('-n, --namespace <name>', 'where it runs', 'capstan-system')
    .option('--replicas <number>', 'one leads, the others stand by', '1')
    .addOption(new Option('--dialect <name>', 'only the resources of one dialect').choices(['argo', 'flux']))
    .option('--crds', "also the definitions of Argo CD's and Flux's resources, and their namespaces", false)
    .addOption(new Option('-o, --output <format>', 'how they are printed').choices(outputFormats).default('yaml'))
    .addHelpText(
      'after',
      `
--crds is for clusters that have neither Argo CD nor Flux: where they are installed, their own definitions stay, and
applying ours over them would be refused as a conflict.

Examples:
  capstan install --image registry.example.com/capstan:0.1.0 --crds | kubectl apply --server-side -f -
  capstan install --image registry.example.com/capstan:0.1.0 --dialect flux | kubectl diff -f -
`,
    )
    .action((flags: InstallFlags) => install(flags));
}

const printing: Printing<KubernetesObject> = {
  columns: [
    { heading: 'KIND', value: ({ kind }) => kind },
    { heading: 'NAMESPACE', value: (object) => refOf(object).namespace },
    { heading: 'NAME', value: (object) => refOf(object).name },
  ],
  json: (object) => object,
  name: (object) => formatRef(refOf(object)),
  none: 'Nothing.',
};

function install(flags: InstallFlags): void {
  const replicas = Number(flags.replicas);
  if (!/^\d{1,3}$/.test(flags.replicas)) throw new CapstanError('USAGE', `--replicas ${flags.replicas}: not a number`);
  const objects = installManifests({
    namespace: flags.namespace,
    image: flags.image,
    replicas,
    dialect: flags.dialect,
    crds: flags.crds,
  });
  process.stdout.write(flags.output === 'yaml' ? stringifyAll(objects) : printed(objects, flags.output, printing));
}
