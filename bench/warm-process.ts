import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { peakOf } from './timed-run.ts';

/** What one build took. */
export interface WarmBuild {
  readonly ms: number;
  readonly cpuMs: number;
}

/** A process of its own that builds one folder whenever it is asked to. */
export interface WarmProcess {
  build(): Promise<WarmBuild>;
  /** The most that it has held at once, in MiB. */
  peakMebibytes(): number;
  close(): Promise<void>;
}

/** Starts a process that builds a folder until it is warm. Rejects when it ends. */
export async function startWarmProcess(folder: string): Promise<WarmProcess> {
  const program = fileURLToPath(new URL('warm-builds.ts', import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`builds of ${folder} ended with ${String(code)}`)));
  });
  ended.catch(() => undefined);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const line = async (): Promise<string> => String((await Promise.race([lines.next(), ended])).value);
  await line();
  return {
    build: async () => {
      child.stdin.write('\n');
      const { ms, cpuMs } = JSON.parse(await line()) as Partial<WarmBuild>;
      return { ms: Number(ms), cpuMs: Number(cpuMs) };
    },
    peakMebibytes: () => peakOf(child.pid),
    close: async () => {
      child.stdin.end();
      await ended.catch(() => undefined);
    },
  };
}
