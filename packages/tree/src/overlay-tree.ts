import type { FileTree, TreeEntry } from './file-tree.ts';
import { memoryTree, type MemoryFiles } from './memory-tree.ts';
import { compareBytes } from './order.ts';
import { sha256Digest } from './digest.ts';

/**
 * `base` with generated files laid over it: where both have a name, the generated one is seen. Paths are taken
 * literally: a generated file below a link of `base` makes a folder there.
 */
export function overlayTree(base: FileTree, files: MemoryFiles): FileTree {
  const top = memoryTree(files);
  return {
    digest: sha256Digest(`overlay ${base.digest} ${top.digest}`),
    list: async (paths) => {
      const above = await top.list(paths);
      const below = await base.list(paths);
      return paths.map((_, index) => merge(above[index], below[index]));
    },
    read: async (paths) => {
      const found = [...(await top.read(paths))];
      const missing = paths.flatMap((_, index) => (found[index] === undefined ? [index] : []));
      const below = await base.read(missing.map((index) => paths[index] ?? ''));
      missing.forEach((index, at) => (found[index] = below[at]));
      return found;
    },
  };
}

function merge(
  above: readonly TreeEntry[] | undefined,
  below: readonly TreeEntry[] | undefined,
): readonly TreeEntry[] | undefined {
  if (above === undefined || below === undefined) return above ?? below;
  const entries = new Map(below.map((entry) => [entry.name, entry] as const));
  for (const entry of above) {
    const under = entries.get(entry.name);
    const both = under?.kind === 'directory' && entry.kind === 'directory';
    entries.set(entry.name, both ? { ...entry, digest: sha256Digest(`${entry.digest} ${under.digest}`) } : entry);
  }
  return [...entries.values()].sort((a, b) => compareBytes(a.name, b.name));
}
