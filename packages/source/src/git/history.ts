import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CapstanError } from '@capstan/errors';
import type { GitHistory } from '../git-source.ts';
import type { GitObject } from './object-reader.ts';

/** Commits that one look at a history lists, at most. */
export const MAX_HISTORY = 200_000;

/** The history of a commit in a mirror that has just fetched all of it. `run` runs git there and throws when it fails. */
export function historyOf(
  directory: string,
  commit: string,
  run: (args: readonly string[]) => Promise<string>,
  read: (hash: string) => Promise<GitObject | undefined>,
): GitHistory {
  return {
    read: async (hash) => {
      const object = await read(hash);
      if (object?.type === 'commit') return object.bytes;
      throw new CapstanError('GIT_FAILED', `the history of ${commit} lacks ${hash}`);
    },
    commits: async ({ mentioning, beyond = [] } = {}) => {
      const filter =
        mentioning === undefined ? [] : ['--fixed-strings', '--regexp-ignore-case', `--grep=${mentioning}`];
      const limit = `--max-count=${MAX_HISTORY + 1}`;
      const range = beyond.length === 0 ? [commit] : ['--boundary', commit, '--not', ...beyond.map(checked)];
      const listed = (await run(['rev-list', limit, ...filter, ...range, '--'])).split('\n');
      const hashes = listed.map((line) => line.replace(/^-/, '')).filter((line) => line !== '');
      if (hashes.length > MAX_HISTORY)
        throw new CapstanError('GIT_FAILED', `the history of ${commit} has more than ${MAX_HISTORY} commits`);
      refuseShallow(directory, commit, hashes);
      return hashes;
    },
  };
}

function checked(hash: string): string {
  if (/^[0-9a-f]{40,64}$/.test(hash)) return hash;
  throw new CapstanError('GIT_FAILED', `${hash.slice(0, 80)} is no commit`);
}

/** A history that ends where the mirror's knowledge ends is none that anything could be concluded from. */
function refuseShallow(directory: string, commit: string, hashes: readonly string[]): void {
  const file = join(directory, 'shallow');
  if (!existsSync(file)) return;
  const ends = new Set(readFileSync(file, 'utf8').split('\n'));
  if (!hashes.some((hash) => ends.has(hash))) return;
  throw new CapstanError('GIT_FAILED', `the server did not give the whole history of ${commit}`);
}
