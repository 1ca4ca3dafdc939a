import { isCapstanError, messageOf } from '@capstan/errors';
import { Command } from 'commander';
import { runCommand } from './commands/run.ts';
import { exitCode } from './exit-codes.ts';

const program = new Command('capstan')
  .description("A GitOps control plane for Kubernetes that reconciles Argo CD's and Flux's own resources.")
  .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCode.ok : exitCode.usage))
  .addCommand(runCommand());

try {
  await program.parseAsync();
} catch (error) {
  const code = isCapstanError(error) ? `${error.code}: ` : '';
  process.stderr.write(`capstan: ${code}${messageOf(error)}\n`);
  process.exitCode = isCapstanError(error, 'USAGE') ? exitCode.usage : exitCode.error;
}
