import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ended } from './target.ts';

/** How a controllers process is started. */
export interface StartControllers {
  /** Through this kubeconfig (a fault proxy's) rather than the target's own. */
  readonly kubeconfig?: string;
}

/** `capstan run`, as a process of its own. */
export interface ControllersProcess {
  readonly pid: number;
  /** SIGTERM, and waits until it is gone. */
  stop(): Promise<void>;
  /** SIGKILL, in the middle of whatever it does. */
  kill(): Promise<void>;
}

const cli = fileURLToPath(new URL('../packages/cli/src/main.ts', import.meta.url));

/** Starts controllers on a cluster; resolves once they say that they run. Their log goes to stderr where asked. */
export async function startControllers(
  kubeconfig: string,
  options: { readonly verbose: boolean },
): Promise<ControllersProcess> {
  const cache = await mkdtemp(join(tmpdir(), 'capstan-e2e-cache-'));
  const child = spawn(process.execPath, [cli, 'run', '--kubeconfig', kubeconfig, '--cache', cache], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await running(child, options.verbose);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    await ended(child, signal);
    await rm(cache, { recursive: true, force: true });
  };
  return { pid: child.pid ?? 0, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

function running(child: ChildProcess, verbose: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const { stderr } = child;
    if (stderr === null) {
      reject(new Error('the controllers have no stderr'));
      return;
    }
    const last: string[] = [];
    createInterface({ input: stderr }).on('line', (line) => {
      if (verbose) process.stderr.write(`${line}\n`);
      last.push(line);
      if (last.length > 20) last.shift();
      if (line.includes('controllers are running')) resolve();
    });
    child.once('exit', (code) =>
      reject(new Error(`the controllers ended with ${code} before they ran:\n${last.join('\n')}`)),
    );
  });
}
