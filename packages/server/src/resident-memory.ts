import { readdir, readFile } from 'node:fs/promises';

/** Resident bytes of this process. */
export function ownResidentBytes(): number {
  return process.memoryUsage.rss();
}

/**
 * Resident bytes of this process and all below it (render workers, git), where `/proc` tells; elsewhere of this process.
 */
export async function treeResidentBytes(): Promise<number> {
  const parents = new Map<number, number>();
  const bytes = new Map<number, number>();
  const ids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  await Promise.all(
    ids.map(async (id) => {
      const text = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '');
      const parent = /^PPid:\s+(\d+)$/m.exec(text)?.[1];
      const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1];
      if (parent !== undefined) parents.set(id, Number(parent));
      if (kilobytes !== undefined) bytes.set(id, Number(kilobytes) * 1024);
    }),
  );
  if (!bytes.has(process.pid)) return ownResidentBytes();
  let sum = 0;
  for (const [id, size] of bytes) if (isBelow(id, process.pid, parents)) sum += size;
  return sum;
}

function isBelow(id: number, top: number, parents: ReadonlyMap<number, number>): boolean {
  let at: number | undefined = id;
  for (let depth = 0; at !== undefined && depth < 64; depth++) {
    if (at === top) return true;
    at = parents.get(at);
  }
  return false;
}
