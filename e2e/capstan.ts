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
  return capstanOffline(...words, '--kubeconfig', world.target.kubeconfigPath);
}

/** Runs a command of `capstan` that needs no cluster. */
export function capstanOffline(...words: readonly string[]): Promise<CommandEnd> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...words], (error, stdout, stderr) => {
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
