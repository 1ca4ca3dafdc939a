import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { GroupKind } from '@capstan/object';
import { ended } from './target.ts';

/** How a controllers process is started. */
export interface StartControllers {
  /** Through this kubeconfig (a fault proxy's) rather than the target's own. */
  readonly kubeconfig?: string;
  /** Log each line to stderr. */
  readonly verbose?: boolean;
  /** Flags of Node itself, such as `--cpu-prof`. */
  readonly nodeFlags?: readonly string[];
}

/** `capstan run`, as a process of its own. */
export interface ControllersProcess {
  readonly pid: number;
  /** Its log so far, as lines of JSON. */
  readonly log: readonly string[];
  /** The last lines of the log that hold a text. */
  logOf(text: string): readonly string[];
  /**
   * Waits until the controllers have seen a kind up to a resourceVersion and have nothing left to do about it
   * (`/settled` of the debug listener). False where they have no such listener.
   */
  settled(kind: GroupKind, resourceVersion: string): Promise<boolean>;
  /** SIGTERM, and waits until it is gone. */
  stop(): Promise<void>;
  /** SIGKILL, in the middle of whatever it does. */
  kill(): Promise<void>;
}

/** Where the debug listener listens, and its token. */
interface Debug {
  readonly url: string;
  readonly token: string;
}

const cli = fileURLToPath(new URL('../packages/cli/src/main.ts', import.meta.url));
const LOG_LINES = 20_000;

/** Starts controllers on a cluster; resolves once they say that they run. Their log goes to stderr where asked. */
export async function startControllers(
  kubeconfig: string,
  options: StartControllers = {},
): Promise<ControllersProcess> {
  const cache = await mkdtemp(join(tmpdir(), 'capstan-e2e-cache-'));
  const child = spawn(
    process.execPath,
    [
      ...(options.nodeFlags ?? ['--max-semi-space-size=2']),
      cli,
      'run',
      '--kubeconfig',
      kubeconfig,
      '--cache',
      cache,
      '--identity',
      'capstan-e2e',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const log: string[] = [];
  const debug = await running(child, log, options.verbose === true);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    await ended(child, signal);
    await rm(cache, { recursive: true, force: true, maxRetries: 3 });
  };
  return {
    pid: child.pid ?? 0,
    log,
    logOf: (text) => log.filter((line) => line.includes(text)).slice(-8),
    settled: (kind, resourceVersion) => askSettled(debug, kind, resourceVersion),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

async function askSettled(debug: Debug | undefined, kind: GroupKind, resourceVersion: string): Promise<boolean> {
  if (debug === undefined) return false;
  const query = new URLSearchParams({ cluster: 'local', resource: `${kind.group}/${kind.kind}`, resourceVersion });
  const answer = await fetch(`${debug.url}/settled?${query.toString()}`, {
    headers: debug.token === '' ? {} : { authorization: `Bearer ${debug.token}` },
    signal: AbortSignal.timeout(60_000),
  });
  const body = await answer.text();
  // Nothing watches the kind: then nothing can be about to happen to it.
  if (answer.status === 404 || answer.ok) return true;
  throw new Error(`the controllers have not settled: ${answer.status} ${body}`);
}

function running(child: ChildProcess, log: string[], verbose: boolean): Promise<Debug | undefined> {
  return new Promise((resolve, reject) => {
    const { stderr } = child;
    if (stderr === null) {
      reject(new Error('the controllers have no stderr'));
      return;
    }
    createInterface({ input: stderr }).on('line', (line) => {
      if (verbose) process.stderr.write(`${line}\n`);
      log.push(line);
      if (log.length > LOG_LINES) log.shift();
      if (line.includes('controllers are running')) resolve(debugOf(line));
    });
    child.once('exit', (code, signal) =>
      reject(new Error(`the controllers ended with ${code ?? signal} before they ran:\n${log.slice(-20).join('\n')}`)),
    );
  });
}

function debugOf(line: string): Debug | undefined {
  const entry: unknown = JSON.parse(line);
  if (typeof entry !== 'object' || entry === null || !('debug' in entry) || typeof entry.debug !== 'string')
    return undefined;
  const token = 'debugToken' in entry && typeof entry.debugToken === 'string' ? entry.debugToken : '';
  return { url: entry.debug, token };
}
