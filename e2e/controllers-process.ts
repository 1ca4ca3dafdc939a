import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { RequestCount } from '@capstan/kube';
import { formatRef, getPath, parseJson, refOf } from '@capstan/object';
import type { GroupKind, JsonValue, KubernetesObject } from '@capstan/object';
import type { Dialect } from './scenario.ts';
import { seenQuery } from './seen-writes.ts';
import { ended, endsWithUs } from './target.ts';

/** How a controllers process is started. */
export interface StartControllers {
  /** Flags of `run` beside those that every process has. */
  readonly flags?: readonly string[];
  /** Variables of its environment beside ours. */
  readonly env?: Readonly<Record<string, string>>;
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
  /** Waits until a line of the log fits; rejects after twenty seconds. */
  logged(fits: (line: string) => boolean): Promise<void>;
  /** How often a line of the log held a text. */
  countLogged(text: string): number;
  /**
   * Waits until the controllers have seen a kind up to a resourceVersion and have nothing left to do (`/settled` of the
   * debug listener). False where something else keeps them busy.
   */
  settled(kind: GroupKind, resourceVersion: string): Promise<boolean>;
  /**
   * Waits until the controllers have seen an object as it has been left (`/seen`). Rejects where they do not in time; a
   * process that has ended has nothing to see.
   */
  seen(object: KubernetesObject, gone: boolean): Promise<void>;
  /** Requests sent to the API so far. */
  requests(): Promise<readonly RequestCount[]>;
  /** Tells that somebody has pushed to a repository, as a webhook does; resolves with how many resources look at it. */
  pushed(repositoryUrl: string): Promise<number>;
  /** How often controllers have run, by name. */
  reconciles(): Promise<number>;
  /** Renders made so far, cached ones not counted. */
  renders(): Promise<number>;
  /** SIGTERM, and waits until it is gone. */
  stop(): Promise<void>;
  /** SIGKILL, in the middle of whatever it does. */
  kill(): Promise<void>;
}

const cli = fileURLToPath(new URL('../packages/cli/src/main.ts', import.meta.url));
/** Flags of Node that the launcher gives (bootstrap/run.mjs). */
export const LAUNCHER_FLAGS = ['--max-semi-space-size=4', '--max-old-space-size=1900', '--v8-pool-size=1'];
/** A connection that is kept may be closed by the other side just when it is used again. */
const unshared = { connection: 'close' } as const;
const LOG_LINES = 20_000;
const DIALECTS: readonly Dialect[] = ['argo', 'flux'];
const STARTS_WITHIN_MS = 90_000;
const LOGGED_WITHIN_MS = 20_000;
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
  flags.push(...(options.flags ?? []));
  const child = spawn(
    process.execPath,
    [
      ...(options.nodeFlags ?? LAUNCHER_FLAGS),
      cli,
      'run',
      ...flags,
      '--debug',
      '127.0.0.1:0',
      '--debug-token-file',
      tokenFile,
      '--webhooks',
      '127.0.0.1:0',
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...options.env } },
  );
  endsWithUs(child);
  const log: string[] = [];
  const urls = await running(child, log, options);
  const token = (await readFile(tokenFile, 'utf8')).trim();
  const ask = (path: string): Promise<Response> =>
    fetch(`${urls.debug}${path}`, { headers: { ...unshared, authorization: `Bearer ${token}` } });
  const stats = async (): Promise<JsonValue> => parseJson(await (await ask('/stats')).text());
  let isEnding = false;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    isEnding = true;
    await ended(child, signal);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  return {
    pid: child.pid ?? 0,
    logOf: (text) => log.filter((line) => line.includes(text)).slice(-8),
    logged: (fits) => lineOf(child, log, fits),
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
    seen: async (object, gone) => {
      const query = seenQuery(object, gone);
      query.set('timeoutSeconds', String(SETTLES_WITHIN_SECONDS));
      try {
        const answer = await ask(`/seen?${query.toString()}`);
        const body = await answer.text();
        if (answer.ok) return;
        throw new Error(`the controllers have not seen ${formatRef(refOf(object))} as it is: ${answer.status} ${body}`);
      } catch (error) {
        if (child.exitCode === null && child.signalCode === null && !isEnding) throw error;
      }
    },
    requests: async () => {
      const requests = getPath(await stats(), 'requests');
      // What the debug listener prints is our own.
      if (Array.isArray(requests)) return requests as readonly RequestCount[];
      throw new Error('the debug listener tells no requests');
    },
    pushed: async (repositoryUrl) => {
      const answer = await fetch(`${urls.webhooks}/hook`, {
        method: 'POST',
        headers: { ...unshared, 'content-type': 'application/json' },
        body: JSON.stringify({ repository: repositoryUrl }),
      });
      return numberAt(parseJson(await answer.text()), 'refreshed');
    },
    reconciles: async () => {
      const queues = getPath(await stats(), 'queues');
      const each = typeof queues === 'object' && queues !== null ? Object.values(queues) : [];
      return each.reduce<number>((sum, queue) => sum + numberAt(queue, 'processed'), 0);
    },
    renders: async () => numberAt(await stats(), 'renders'),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

function numberAt(value: JsonValue, key: string): number {
  const found = getPath(value, key);
  if (typeof found === 'number') return found;
  throw new Error(`the controllers tell no ${key}`);
}

/** The lines are kept before this hears of them: whoever keeps them has listened for longer. */
function lineOf({ stderr }: ChildProcess, log: readonly string[], fits: (line: string) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      stderr?.off('data', look);
      settle();
    };
    const look = (): void => {
      if (log.some(fits)) end(resolve);
    };
    const late = (): void => end(() => reject(new Error(`no such line in the log:\n${log.slice(-20).join('\n')}`)));
    const timer = setTimeout(late, LOGGED_WITHIN_MS);
    stderr?.on('data', look);
    look();
  });
}

interface Urls {
  readonly debug: string;
  readonly webhooks: string;
}

/** Resolves with the addresses of the listeners once every dialect runs. */
function running(child: ChildProcess, log: string[], options: StartControllers): Promise<Urls> {
  return new Promise((resolve, reject) => {
    const { stdout, stderr } = child;
    if (stdout === null || stderr === null) {
      reject(new Error('the controllers have no output'));
      return;
    }
    const dialects = options.dialect === undefined ? DIALECTS : [options.dialect];
    let urls: Urls | undefined;
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
      if (!runs || urls === undefined) return;
      clearTimeout(timer);
      resolve(urls);
    };
    createInterface({ input: stdout }).on('line', (line) => {
      const told = parseJson(line);
      const [debug, webhooks] = [getPath(told, 'debug'), getPath(told, 'webhooks')];
      if (typeof debug === 'string' && typeof webhooks === 'string') urls = { debug, webhooks };
      look();
    });
    createInterface({ input: stderr }).on('line', (line) => {
      if (options.verbose === true) process.stderr.write(`${line}\n`);
      log.push(line);
      if (log.length > LOG_LINES) log.shift();
      if (urls !== undefined || line.includes('controllers are running')) look();
    });
    child.once('exit', (code, signal) => fail(`ended with ${code ?? signal} before they ran`));
  });
}
