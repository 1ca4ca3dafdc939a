import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { GroupKind } from '@capstan/object';
import type { Dialect } from './scenario.ts';
import { ended, endsWithUs } from './target.ts';

/** How a controllers process is started. */
export interface StartControllers {
  /** One dialect alone. */
  readonly dialect?: Dialect;
  /** Log each line to stderr. */
  readonly verbose?: boolean;
  /** Flags of Node itself, such as `--cpu-prof`, instead of those of the launcher. */
  readonly nodeFlags?: readonly string[];
}

/** `capstan run`, as a process of its own. */
export interface ControllersProcess {
  readonly pid: number;
  /** The last lines of its log that hold a text. */
  logOf(text: string): readonly string[];
  /** How often a line of the log held a text. */
  countLogged(text: string): number;
  /**
   * Waits until the controllers have seen a kind up to a resourceVersion and have nothing left to do (`/settled` of the
   * debug listener). False where something else keeps them busy.
   */
  settled(kind: GroupKind, resourceVersion: string): Promise<boolean>;
  /** Renders made so far, cached ones not counted. */
  renders(): Promise<number>;
  /** SIGTERM, and waits until it is gone. */
  stop(): Promise<void>;
  /** SIGKILL, in the middle of whatever it does. */
  kill(): Promise<void>;
}

const cli = fileURLToPath(new URL('../packages/cli/src/main.ts', import.meta.url));
const LOG_LINES = 20_000;
const DIALECTS: readonly Dialect[] = ['argo', 'flux'];
const STARTS_WITHIN_MS = 90_000;
const SETTLES_WITHIN_SECONDS = 20;
// One name for all runs, so that the next process takes the Lease of one that was killed without waiting for its end.
const IDENTITY = 'capstan-e2e';

/** Starts controllers on a cluster; resolves once they say that they run. Their log goes to stderr where asked. */
export async function startControllers(
  kubeconfig: string,
  options: StartControllers = {},
): Promise<ControllersProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'capstan-e2e-run-'));
  const tokenFile = join(folder, 'debug-token');
  const flags = ['--kubeconfig', kubeconfig, '--cache', join(folder, 'cache'), '--identity', IDENTITY];
  if (options.dialect !== undefined) flags.push('--dialect', options.dialect);
  const child = spawn(
    process.execPath,
    [
      ...(options.nodeFlags ?? ['--max-semi-space-size=2']),
      cli,
      'run',
      ...flags,
      '--debug',
      '127.0.0.1:0',
      '--debug-token-file',
      tokenFile,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  endsWithUs(child);
  const log: string[] = [];
  const debugUrl = await running(child, log, options);
  const token = (await readFile(tokenFile, 'utf8')).trim();
  const ask = (path: string): Promise<Response> =>
    fetch(`${debugUrl}${path}`, { headers: { authorization: `Bearer ${token}` } });
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    await ended(child, signal);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  return {
    pid: child.pid ?? 0,
    logOf: (text) => log.filter((line) => line.includes(text)).slice(-8),
    countLogged: (text) => log.filter((line) => line.includes(text)).length,
    settled: async (kind, resourceVersion) => {
      const query = new URLSearchParams({
        resource: `${kind.group}/${kind.kind}`,
        resourceVersion,
        timeoutSeconds: String(SETTLES_WITHIN_SECONDS),
      });
      const answer = await ask(`/settled?${query.toString()}`);
      const body = await answer.text();
      if (answer.ok) return true;
      // Nothing watches the kind: the watch cannot tell; or others keep the controllers busy.
      if (answer.status === 404 || answer.status === 504) return false;
      throw new Error(`asking whether the controllers have settled: ${answer.status} ${body}`);
    },
    renders: async () => {
      const stats: unknown = await (await ask('/stats')).json();
      if (typeof stats === 'object' && stats !== null && 'renders' in stats && typeof stats.renders === 'number')
        return stats.renders;
      throw new Error('the debug listener tells no renders');
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

/** Resolves with the address of the debug listener once every dialect runs. */
function running(child: ChildProcess, log: string[], options: StartControllers): Promise<string> {
  return new Promise((resolve, reject) => {
    const { stdout, stderr } = child;
    if (stdout === null || stderr === null) {
      reject(new Error('the controllers have no output'));
      return;
    }
    const dialects = options.dialect === undefined ? DIALECTS : [options.dialect];
    let debugUrl = '';
    const timer = setTimeout(() => fail('do not run yet'), STARTS_WITHIN_MS);
    const fail = (how: string): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`the controllers ${how}:\n${log.slice(-20).join('\n')}`));
    };
    const look = (): void => {
      const runs = dialects.every((dialect) =>
        log.some((line) => line.includes('controllers are running') && line.includes(`"${dialect}"`)),
      );
      if (!runs || debugUrl === '') return;
      clearTimeout(timer);
      resolve(debugUrl);
    };
    createInterface({ input: stdout }).on('line', (line) => {
      const urls: unknown = JSON.parse(line);
      if (typeof urls === 'object' && urls !== null && 'debug' in urls && typeof urls.debug === 'string')
        debugUrl = urls.debug;
      look();
    });
    createInterface({ input: stderr }).on('line', (line) => {
      if (options.verbose === true) process.stderr.write(`${line}\n`);
      log.push(line);
      if (log.length > LOG_LINES) log.shift();
      if (debugUrl !== '' || line.includes('controllers are running')) look();
    });
    child.once('exit', (code, signal) => fail(`ended with ${code ?? signal} before they ran`));
  });
}
