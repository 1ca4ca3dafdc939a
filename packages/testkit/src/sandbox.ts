import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox, type SandboxOptions } from '@capstan/sandbox';

/** Starts a sandbox on a folder of its own and a free port; `close` removes the folder too. */
export async function startTestSandbox(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const stateDir = options.stateDir ?? (await mkdtemp(join(tmpdir(), 'capstan-sandbox-')));
  const sandbox = await startSandbox({ port: 0, ...options, stateDir });
  return {
    ...sandbox,
    close: async () => {
      await sandbox.close();
      if (options.stateDir === undefined) await rm(stateDir, { recursive: true, force: true });
    },
  };
}
