import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { World } from './world.ts';

const main = fileURLToPath(new URL('../packages/cli/src/main.ts', import.meta.url));

/** How a command ended, and what it printed. */
export interface CommandEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `capstan` on the scenario's cluster, as a person does. */
export function capstan(world: World, ...words: readonly string[]): Promise<CommandEnd> {
  const kubeconfig = ['--kubeconfig', world.target.kubeconfigPath];
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...words, ...kubeconfig], (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, stdout, stderr });
    });
  });
}

/** Fails unless a command ended with a code, and printed words that match. */
export function mustEnd(end: CommandEnd, code: number, words: RegExp): void {
  const said = `${end.stdout}${end.stderr}`;
  if (end.code !== code || !words.test(said)) throw new Error(`it ended with ${end.code} and said: ${said}`);
}
