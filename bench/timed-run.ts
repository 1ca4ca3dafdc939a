import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { endedChildrenSeconds } from './process-tree.ts';

/** What one run of a program took. */
export interface TimedRun {
  readonly ms: number;
  readonly cpuMs: number;
  readonly peakMebibytes: number;
  /** Whether it was stopped because it took too long: then all figures are what it took until then. */
  readonly stopped: boolean;
}

/** How often a running program's memory is looked at. Linux keeps the peak itself, so only the last moment is missed. */
const LOOK_EVERY_MS = 10;

/** A program that is not done by then is stopped. */
const LIMIT_MS = 15 * 60_000;

/**
 * Runs a program to its end, its output in a file; stops it after a quarter of an hour. Rejects when it fails. Nothing
 * else may be started meanwhile.
 */
export async function timedRun(command: readonly string[], output: string, env: NodeJS.ProcessEnv): Promise<TimedRun> {
  const [program = '', ...args] = command;
  const file = openSync(output, 'w');
  const before = endedChildrenSeconds();
  const begun = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', file, 'pipe'], env });
  closeSync(file);
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, peakOf(child.pid))), LOOK_EVERY_MS);
  let stopped = false;
  const limit = setTimeout(() => {
    stopped = true;
    child.kill('SIGKILL');
  }, LIMIT_MS);
  let problem = '';
  child.stderr?.on('data', (chunk: Buffer) => (problem += chunk.toString('utf8')));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const ms = performance.now() - begun;
  clearInterval(timer);
  clearTimeout(limit);
  if (code !== 0 && !stopped) throw new Error(`${command.join(' ')} ended with ${String(code)}:\n${problem}`);
  return { ms, cpuMs: (endedChildrenSeconds() - before) * 1000, peakMebibytes: peak, stopped };
}

/** The most that a process has held at once, in MiB; 0 once it is gone. */
export function peakOf(pid: number | undefined): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return 0;
    throw error;
  }
}
