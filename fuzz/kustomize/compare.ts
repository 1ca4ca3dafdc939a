import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isCapstanError, messageOf } from '../../packages/errors/src/index.ts';
import { buildKustomization } from '../../packages/render/src/kustomize/index.ts';
import { memoryTree } from '../../packages/tree/src/index.ts';
import { stringifyAll } from '../../packages/yaml/src/index.ts';
import { writeFiles } from '../file-set.ts';
import type { Overlay } from './overlay.ts';

/** What a build came to. `crashed` is never right, whatever the other does. */
export type Outcome =
  | { readonly kind: 'output'; readonly text: string }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'crashed'; readonly message: string };

/** Both builds of a case; `difference` names how they differ. */
export interface Comparison {
  readonly ours: Outcome;
  readonly theirs: Outcome;
  readonly difference: 'none' | 'output' | 'only-ours-fails' | 'only-theirs-fails' | 'crash';
}

const TIMEOUT_MS = 60_000;
const MAX_OUTPUT = 2 ** 26;

/** Builds a case with the real kustomize and with ours. */
export async function compareBuilds(program: string, overlay: Overlay): Promise<Comparison> {
  const [theirs, ours] = await Promise.all([buildTheirs(program, overlay), buildOurs(overlay)]);
  return { ours, theirs, difference: differenceOf(ours, theirs) };
}

/** Whether a smaller case differs as `known` did. The real kustomize is asked only where ours does what it did there. */
export async function differsAlike(program: string, overlay: Overlay, known: Comparison): Promise<boolean> {
  const ours = await buildOurs(overlay);
  if (gist(ours) !== gist(known.ours)) return false;
  if (ours.kind === 'crashed') return true;
  const theirs = await buildTheirs(program, overlay);
  return gist(theirs) === gist(known.theirs) && differenceOf(ours, theirs) === known.difference;
}

/** What a build came to, without names and numbers. */
export function gist(outcome: Outcome): string {
  if (outcome.kind !== 'error') return outcome.kind;
  const last = outcome.message.split('\n').at(-1) ?? '';
  return last.replace(/['"`\[({].*?['"`\])}]|[\w.-]*\/[\w./-]*|\S*\d\S*/g, '').slice(-80);
}

function differenceOf(ours: Outcome, theirs: Outcome): Comparison['difference'] {
  if (ours.kind === 'crashed') return 'crash';
  // Where the program itself crashes there is nothing to agree with but that it fails.
  if (theirs.kind !== 'output') return ours.kind === 'output' ? 'only-theirs-fails' : 'none';
  if (ours.kind !== 'output') return 'only-ours-fails';
  return ours.text === theirs.text ? 'none' : 'output';
}

/** Builds a case with our engine. */
export async function buildOurs({ files, root }: Overlay): Promise<Outcome> {
  try {
    const resources = await buildKustomization(memoryTree([...files]), root, { order: 'legacy' });
    return { kind: 'output', text: stringifyAll(resources.map(({ object }) => object)) };
  } catch (error) {
    if (isCapstanError(error)) return { kind: 'error', message: `${error.code}: ${messageOf(error)}` };
    return { kind: 'crashed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

async function buildTheirs(program: string, { files, root }: Overlay): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'capstan-fuzz-'));
  try {
    await writeFiles(folder, files);
    return await run(program, ['build', join(folder, root)]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(program: string, args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT }, (error, stdout, stderr) => {
      if (error === null) resolve({ kind: 'output', text: stdout });
      else if (typeof error.code !== 'number') reject(new Error(`${program} did not run to its end`, { cause: error }));
      else if (/^(panic|fatal error|runtime):/m.test(stderr)) resolve({ kind: 'crashed', message: stderr });
      else resolve({ kind: 'error', message: stderr.trim() });
    });
  });
}
