import { spawn } from 'node:child_process';
import { CapstanError } from '@capstan/errors';

/** Bytes of stdout that a call may give before it is ended; `ls-remote` of a million references fits. */
export const MAX_GIT_STDOUT = 128 * 1024 * 1024;
/** Bytes of stderr that are kept, from the end. */
export const MAX_GIT_STDERR = 64 * 1024;
/** Time between asking a process group to end and ending it. */
const KILL_AFTER_MS = 2_000;

/** One run of the `git` program. `environment` is all that it sees. */
export interface GitRun {
  readonly args: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Bytes that a file written by git may have, at most: stops an endless pack. Default: no limit. */
  readonly maxFileBytes?: number;
  readonly signal?: AbortSignal | undefined;
}

/** How a run ended. `stderr` is as git wrote it: scrub it before it goes anywhere. */
export interface GitResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs git in a process group of its own and waits for it. Ends the group on timeout (GIT_TIMEOUT), on abort (the
 * signal's reason) and when it writes too much (GIT_FAILED). A nonzero exit code is a result, not an error.
 */
export function runGit(run: GitRun): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    if (run.signal?.aborted === true) {
      reject(abortReason(run.signal));
      return;
    }
    const [file, args] = commandOf(run);
    const child = spawn(file, args, {
      cwd: run.directory,
      env: { ...run.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let failure: Error | undefined;
    const end = (reason: Error): void => {
      if (failure !== undefined) return;
      failure = reason;
      killGroup(child.pid, 'SIGTERM');
      setTimeout(() => killGroup(child.pid, 'SIGKILL'), KILL_AFTER_MS).unref();
    };
    const timer = setTimeout(() => {
      const seconds = Math.round(run.timeoutMs / 1000);
      end(new CapstanError('GIT_TIMEOUT', `git ${verbOf(run.args)} did not end within ${seconds} s`));
    }, run.timeoutMs);
    const onAbort = (): void => end(abortReason(run.signal));
    run.signal?.addEventListener('abort', onAbort, { once: true });
    const out: Buffer[] = [];
    let outBytes = 0;
    let err = Buffer.alloc(0);
    child.stdout.on('data', (chunk: Buffer) => {
      outBytes += chunk.length;
      if (outBytes <= MAX_GIT_STDOUT) out.push(chunk);
      else end(new CapstanError('GIT_FAILED', `git ${verbOf(run.args)} printed more than ${MAX_GIT_STDOUT} bytes`));
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err = Buffer.concat([err, chunk]).subarray(-MAX_GIT_STDERR);
    });
    const finish = (): void => {
      clearTimeout(timer);
      run.signal?.removeEventListener('abort', onAbort);
    };
    child.on('error', (cause) => {
      finish();
      reject(new CapstanError('GIT_FAILED', 'the git program cannot be started; is it installed?', { cause }));
    });
    child.on('close', (code, signal) => {
      finish();
      if (failure !== undefined) reject(failure);
      else {
        const died = signal === null ? '' : `\ngit was ended by ${signal}`;
        resolve({
          code: code ?? 128,
          stdout: Buffer.concat(out).toString('utf8'),
          stderr: err.toString('utf8') + died,
        });
      }
    });
  });
}

/** Ends a whole process group; one that has gone already is no error. */
export function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** `ulimit -f` counts blocks of 512 bytes; the shell sees arguments only as arguments. */
function commandOf(run: GitRun): readonly [string, string[]] {
  if (run.maxFileBytes === undefined) return ['git', [...run.args]];
  const blocks = String(Math.ceil(run.maxFileBytes / 512));
  return ['/bin/sh', ['-c', 'ulimit -f "$1" && shift && exec git "$@"', 'git', blocks, ...run.args]];
}

function verbOf(args: readonly string[]): string {
  return args.find((arg) => /^[a-z]/.test(arg)) ?? '';
}

function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error('the Git operation was cancelled');
}
