import { Command, Help } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { actCommand, actionsCommand } from './commands/actions.ts';
import { buildCommand } from './commands/build.ts';
import { diffCommand } from './commands/diff.ts';
import { getCommand } from './commands/get.ts';
import { historyCommand } from './commands/history.ts';
import { installCommand } from './commands/install.ts';
import { resumeCommand, suspendCommand } from './commands/pause.ts';
import { rollbackCommand } from './commands/rollback.ts';
import { runCommand } from './commands/run.ts';
import { sandboxCommand } from './commands/sandbox.ts';
import { syncCommand } from './commands/sync.ts';
import { treeCommand } from './commands/tree.ts';
import { upCommand } from './commands/up.ts';
import { waitCommand } from './commands/wait.ts';
import { whyCommand } from './commands/why.ts';

/** The command line, ready to be parsed. Failures are thrown. */
export function createProgram(): Command {
  const plain = new Help();
  const program = new Command('capstan')
    .description("A GitOps control plane for Kubernetes that reconciles Argo CD's and Flux's own resources.")
    .version(manifest.version)
    .showHelpAfterError('(see --help)')
    .configureHelp({ optionDescription: (option) => plain.optionDescription(option).replace(' (default: false)', '') });

  const commands = [
    upCommand(),
    getCommand(),
    treeCommand(),
    whyCommand(),
    waitCommand(),
    syncCommand(),
    historyCommand(),
    rollbackCommand(),
    suspendCommand(),
    resumeCommand(),
    actionsCommand(),
    actCommand(),
    buildCommand(),
    diffCommand(),
    runCommand(),
    installCommand(),
    sandboxCommand(),
  ];
  for (const command of commands) program.addCommand(command.copyInheritedSettings(program));
  for (const command of [program, ...program.commands]) command.exitOverride();
  return program;
}
