import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CapstanError } from '@capstan/errors';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
/** A log beyond this is begun anew at the next start. */
const MAX_LOG_BYTES = 16 * 1024 * 1024;
/** How long a part may take to end by itself. */
const KILL_AFTER_MS = 8_000;
const TAIL_LINES = 12;

/** A process that `up` runs: one of our own commands. */
export interface Part {
  /** The line of JSON that it printed when it was ready. */
  readonly ready: Readonly<Record<string, string>>;
  /** Rejects with UP_FAILED when it ends without having been asked to. */
  readonly running: Promise<never>;
  /** Asks it to end, and sees to it. */
  stop(): Promise<void>;
}

/**
 * Starts a part in a process group of its own: a signal from the terminal reaches `up` alone, which ends the parts in
 * order. It ends when we do, however that happens, because it reads our end of a pipe. Throws UP_FAILED with the end of
 * its log when it ends before it is ready.
 */
export async function startPart(name: string, args: readonly string[], logFile: string): Promise<Part> {
  if ((statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > MAX_LOG_BYTES) truncateSync(logFile, 0);
  const begun = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  const log = openSync(logFile, 'a', 0o600);
  const { CAPSTAN_LAUNCHER: _, ...env } = process.env;
  const child = spawn(process.execPath, [...process.execArgv, MAIN, ...args, '--with-parent'], {
    stdio: ['pipe', 'pipe', log],
    detached: true,
    env,
  });
  closeSync(log);
  let stopping = false;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code ?? 'unknown'}`));
  });
  const running = ended.then((how) => {
    if (stopping) return new Promise<never>(() => undefined);
    throw new CapstanError('UP_FAILED', `${name} ended (${how}): ${lastWords(logFile, begun)}`, {
      data: { part: name, log: logFile },
    });
  });
  running.catch(() => undefined);
  const { stdout } = child;
  if (stdout === null) throw new CapstanError('UP_FAILED', `${name} has no output`);
  const first = new Promise<string>((resolve) => createInterface({ input: stdout }).once('line', resolve));
  const ready = readyLine(await Promise.race([first, running]));
  const stop = async (): Promise<void> => {
    stopping = true;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
    await ended;
    clearTimeout(timer);
  };
  return { ready, running, stop };
}

function readyLine(line: string): Readonly<Record<string, string>> {
  const value: unknown = JSON.parse(line);
  return Object.fromEntries(
    Object.entries(value ?? {}).flatMap(([key, entry]) => (typeof entry === 'string' ? [[key, entry]] : [])),
  );
}

/** Why a part ended, as far as its log of this start tells: its own sentence where there is one, else the last lines. */
function lastWords(file: string, begun: number): string {
  const lines = readFileSync(file).subarray(begun).toString('utf8').trimEnd().split('\n');
  const last = lines.at(-1) ?? '';
  const sentence = /^capstan: (.*)$/.exec(last)?.[1];
  return sentence ?? `the end of ${file}:\n${lines.slice(-TAIL_LINES).join('\n')}`;
}
