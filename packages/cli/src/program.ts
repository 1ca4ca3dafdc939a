import { Command, Help } from 'commander';
import manifest from '../package.json' with { type: 'json' };

/** The commands, in the order of the help. Each is loaded when it is asked for, with all that it needs. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  up: async () => (await import('./commands/up.ts')).upCommand(),
  get: async () => (await import('./commands/get.ts')).getCommand(),
  tree: async () => (await import('./commands/tree.ts')).treeCommand(),
  why: async () => (await import('./commands/why.ts')).whyCommand(),
  wait: async () => (await import('./commands/wait.ts')).waitCommand(),
  sync: async () => (await import('./commands/sync.ts')).syncCommand(),
  history: async () => (await import('./commands/history.ts')).historyCommand(),
  rollback: async () => (await import('./commands/rollback.ts')).rollbackCommand(),
  suspend: async () => (await import('./commands/pause.ts')).suspendCommand(),
  resume: async () => (await import('./commands/pause.ts')).resumeCommand(),
  actions: async () => (await import('./commands/actions.ts')).actionsCommand(),
  act: async () => (await import('./commands/actions.ts')).actCommand(),
  build: async () => (await import('./commands/build.ts')).buildCommand(),
  diff: async () => (await import('./commands/diff.ts')).diffCommand(),
  run: async () => (await import('./commands/run.ts')).runCommand(),
  install: async () => (await import('./commands/install.ts')).installCommand(),
  sandbox: async () => (await import('./commands/sandbox.ts')).sandboxCommand(),
};

/**
 * The command line, ready to be parsed: the command called `only`, or all of them where there is none of that name.
 * Failures of the program are thrown.
 */
export async function createProgram(only?: string): Promise<Command> {
  const plain = new Help();
  const program = new Command('capstan')
    .description("A GitOps control plane for Kubernetes that reconciles Argo CD's and Flux's own resources.")
    .version(manifest.version)
    .showHelpAfterError('(see --help)')
    .configureHelp({ optionDescription: (option) => plain.optionDescription(option).replace(' (default: false)', '') });
  const one = only !== undefined && Object.hasOwn(commands, only) ? commands[only] : undefined;
  const loaders = one === undefined ? Object.values(commands) : [one];
  for (const command of await Promise.all(loaders.map((load) => load()))) {
    program.addCommand(command.copyInheritedSettings(program));
  }
  for (const command of [program, ...program.commands]) command.exitOverride();
  return program;
}
