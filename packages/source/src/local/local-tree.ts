import { open, readdir, readlink } from 'node:fs/promises';
import { constants, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CapstanError } from '@capstan/errors';
import { MAX_FILE_BYTES, MAX_FOLDER_ENTRIES, storedTree, type FileTree, type StoredEntry } from '@capstan/tree';

/**
 * A folder of this machine as a tree, read as it is asked for: for the command line, whose input is the person's own.
 * Links are resolved inside the folder, never out of it; sockets, pipes and devices are not there. Its digests stand for
 * places, not for content: it is one look at a folder, and nothing of it may be kept in a cache. Throws
 * RENDER_NOT_FOUND where there is no such folder, TREE_LIMIT for a file or a folder that is too large.
 */
export function localTree(folder: string): FileTree {
  const root = rootOf(folder);
  return storedTree('', {
    folders: (places) => Promise.all(places.map((place) => entriesOf(root, place))),
    files: (places) => Promise.all(places.map((place) => bytesOf(root, place))),
  });
}

function rootOf(folder: string): string {
  try {
    return realpathSync(resolve(folder));
  } catch (cause) {
    throw new CapstanError('RENDER_NOT_FOUND', `there is no folder ${folder}`, { cause, data: { path: folder } });
  }
}

async function entriesOf(root: string, place: string): Promise<readonly StoredEntry[]> {
  const entries = await readdir(join(root, place), { withFileTypes: true });
  if (entries.length > MAX_FOLDER_ENTRIES)
    throw new CapstanError('TREE_LIMIT', `${join(root, place)} has more than ${MAX_FOLDER_ENTRIES} entries`);
  return entries.flatMap((entry): readonly StoredEntry[] => {
    const digest = place === '' ? entry.name : `${place}/${entry.name}`;
    if (entry.isDirectory()) return [{ name: entry.name, kind: 'directory', digest }];
    if (entry.isSymbolicLink()) return [{ name: entry.name, kind: 'link', digest }];
    return entry.isFile() ? [{ name: entry.name, kind: 'file', digest }] : [];
  });
}

/** The bytes of a file, or the text of a link. The file is opened without following a link put there meanwhile. */
async function bytesOf(root: string, place: string): Promise<Uint8Array> {
  const path = join(root, place);
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ELOOP') return undefined;
      throw error;
    },
  );
  if (handle === undefined) return readlink(path, { encoding: 'buffer' });
  try {
    const { size } = await handle.stat();
    if (size > MAX_FILE_BYTES)
      throw new CapstanError('TREE_LIMIT', `${path} is larger than ${MAX_FILE_BYTES} bytes`, { data: { path } });
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}
