import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The files of one case by their paths. A text is written as UTF-8. */
export type FileSet = ReadonlyMap<string, string | Uint8Array>;

/** Writes all files below a folder. */
export async function writeFiles(folder: string, files: FileSet): Promise<void> {
  for (const [path, content] of files) {
    const full = join(folder, path);
    await mkdir(dirname(full), { recursive: true });
    await writeFile(full, content);
  }
}

/** The files as a person reads them. */
export function printFiles(files: FileSet): string {
  return [...files]
    .map(([path, content]) => {
      const text = typeof content === 'string' ? content : `(bytes) ${Buffer.from(content).toString('base64')}`;
      const shown = /[\r\t\uFEFF\u0000-\u0008]/.test(text) ? JSON.stringify(text) : text;
      return `=== ${path}\n${shown}${shown.endsWith('\n') ? '' : '\n'}`;
    })
    .join('');
}
