import { isCapstanError } from '@capstan/errors';
import { startPart, type Part } from './part.ts';
import type { StateFolder } from './state-folder.ts';

/** How long the sandbox of an `up` that was killed may take to let go of the state. */
const PATIENCE_MS = 20_000;
const AGAIN_MS = 250;

/** Starts the sandbox on the state. One that is left over from a killed `up` ends by itself: it is waited for. */
export async function startSandboxPart(folder: StateFolder, port: number): Promise<Part> {
  const args = [
    'sandbox',
    '--state',
    folder.sandbox,
    '--listen',
    `127.0.0.1:${port}`,
    '--kubeconfig-out',
    folder.kubeconfig,
  ];
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await startPart('the sandbox', args, folder.sandboxLog);
    } catch (error) {
      const locked = isCapstanError(error, 'UP_FAILED') && lastLine(error.message).includes('SANDBOX_STATE_LOCKED');
      if (!locked || Date.now() > until) throw error;
      await new Promise((resolve) => {
        setTimeout(resolve, AGAIN_MS);
      });
    }
  }
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}
