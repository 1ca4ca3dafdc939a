import { CommanderError } from 'commander';
import { exitCodeOf, failureText, wantsJson } from './command-line/report-error.ts';
import { exitCode } from './exit-codes.ts';
import { createProgram } from './program.ts';

// Whoever reads us may have read enough: `capstan get | head -1`.
process.stdout.on('error', () => process.exit());

try {
  const program = await createProgram(process.argv[2]);
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? exitCode.ok : exitCode.usage;
  else {
    process.stderr.write(failureText(error, wantsJson(process.argv.slice(2))));
    process.exitCode = exitCodeOf(error);
  }
}
// What is still open (a socket kept alive, a timer) must not keep a command that has ended; what was written must arrive.
process.stdout.write('', () => process.stderr.write('', () => process.exit()));
