import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where copies of real repositories lie: `$REPOS_DIR`, else `../shared/repos` beside the repository. */
const reposDirectory = process.env['REPOS_DIR'] ?? fileURLToPath(new URL('../../shared/repos', import.meta.url));

/** Whether the copies are on this machine. */
export const hasRealRepositories = existsSync(reposDirectory);

/** The files below folders of a real repository, by their paths in it. */
export async function realFiles(repository: string, folders: readonly string[]): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  for (const folder of folders) {
    const top = join(reposDirectory, repository, folder);
    for (const entry of await readdir(top, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      files[path.slice(join(reposDirectory, repository).length + 1)] = await readFile(path);
    }
  }
  return files;
}
