import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** What is kept besides the current artifact: this many in all, and none older than this. */
export interface Retention {
  readonly records: number;
  readonly seconds: number;
}

/** A write that was cut off is removed when it is older than any write lasts. */
const STALE_WRITE_MS = 3_600_000;

/** Whether a file in an owner's folder is an artifact. */
export function isArtifactFile(name: string): boolean {
  return /^[0-9a-f]{40,64}\.tar\.gz$/.test(name);
}

/** Removes the artifacts of one owner that are too old or too many, oldest first, and never the current one. */
export async function collectGarbage(
  folder: string,
  current: string,
  retention: Retention,
  now: number,
): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      return { name, path, written: (await lstat(path).catch(() => undefined))?.mtimeMs ?? 0 };
    }),
  );
  const stale = files.filter(({ name, written }) => name.endsWith('.tmp') && now - written > STALE_WRITE_MS);
  const old = files
    .filter(({ name, path }) => isArtifactFile(name) && path !== current)
    .sort((a, b) => b.written - a.written)
    .filter(({ written }, index) => index >= retention.records - 1 || now - written > retention.seconds * 1000);
  for (const { path } of [...stale, ...old]) await rm(path, { force: true });
}
