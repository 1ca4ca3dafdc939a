import { readFile } from 'node:fs/promises';
import { CapstanError } from '@capstan/errors';
import { getKey, isJsonObject, parseJson } from '@capstan/object';
import type { StateFolder } from './state-folder.ts';

/** How the run before this one ended: in order, or without a word, so that its parts may still be ending. */
export type LastRun = 'in order' | 'killed';

/** How long one that is alive may take to say so. */
const ANSWER_MS = 5_000;

/**
 * How the last run on this state ended. Two at once would fight, so one that still runs is left alone: throws UP_FAILED,
 * which says where it is. The parts of one that was killed answer for a moment longer; they do not count.
 */
export async function lastRun(folder: StateFolder): Promise<LastRun> {
  const known = read(await readFile(folder.upFile, 'utf8').catch(() => ''));
  if (known === undefined) return 'in order';
  if (!isAlive(known.process)) return 'killed';
  // The process may be another one, which was given the number of one that was killed.
  const answer = await fetch(`${known.url}/healthz`, { signal: AbortSignal.timeout(ANSWER_MS) }).catch(() => undefined);
  if (answer?.ok !== true) return 'killed';
  throw new CapstanError('UP_FAILED', `Capstan is running on ${folder.root} already: ${known.url}`);
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    // Somebody else's process may not be signalled, and is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function read(text: string): { readonly url: string; readonly process: number } | undefined {
  try {
    const value = parseJson(text);
    if (!isJsonObject(value)) return undefined;
    const url = getKey(value, 'url');
    const id = getKey(value, 'process');
    return typeof url === 'string' && typeof id === 'number' && id > 0 ? { url, process: id } : undefined;
  } catch {
    // No file, or half of one: nothing is known of another run.
    return undefined;
  }
}
