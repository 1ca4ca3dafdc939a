import { Command, CommanderError } from 'commander';
import { exitCodeOf, failureText, wantsJson } from './command-line/report-error.ts';
import { buildCommand } from './commands/build.ts';
import { diffCommand } from './commands/diff.ts';
import { getCommand } from './commands/get.ts';
import { installCommand } from './commands/install.ts';
import { resumeCommand, suspendCommand } from './commands/pause.ts';
import { runCommand } from './commands/run.ts';
import { sandboxCommand } from './commands/sandbox.ts';
import { syncCommand } from './commands/sync.ts';
import { treeCommand } from './commands/tree.ts';
import { upCommand } from './commands/up.ts';
import { waitCommand } from './commands/wait.ts';
import { whyCommand } from './commands/why.ts';
import { exitCode } from './exit-codes.ts';

const program = new Command('capstan')
  .description("A GitOps control plane for Kubernetes that reconciles Argo CD's and Flux's own resources.")
  .showHelpAfterError('(see --help)');

const commands = [
  upCommand(),
  getCommand(),
  treeCommand(),
  whyCommand(),
  waitCommand(),
  syncCommand(),
  suspendCommand(),
  resumeCommand(),
  buildCommand(),
  diffCommand(),
  runCommand(),
  installCommand(),
  sandboxCommand(),
];
for (const command of commands) program.addCommand(command.copyInheritedSettings(program));
for (const command of [program, ...program.commands]) command.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? exitCode.ok : exitCode.usage;
  else {
    process.stderr.write(failureText(error, wantsJson(process.argv.slice(2))));
    process.exitCode = exitCodeOf(error);
  }
}
// What is still open (a socket kept alive, a timer) must not keep a command that has ended.
process.exit();
