import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `capstan` as a person would, in a folder of theirs. */
export function startCapstan(args: readonly string[], folder: string): ChildProcess {
  const { KUBECONFIG: _, CAPSTAN_LAUNCHER: __, ...env } = process.env;
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
}

/** Runs `capstan` to its end. */
export async function runCapstan(args: readonly string[], folder: string): Promise<Ended> {
  return ended(startCapstan(args, folder));
}

/** What a started command has said, and how it ended. */
export function ended(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}
