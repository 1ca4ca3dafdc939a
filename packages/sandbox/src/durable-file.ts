import { open, rename } from 'node:fs/promises';

/** Writes a file whole or not at all, readable by its owner only. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const handle = await open(`${path}.partial`, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.partial`, path);
}
