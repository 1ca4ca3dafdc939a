import type { FileTree } from './file-tree.ts';
import { childPath, normalizePath } from './path.ts';

/** Whether a path stays visible. Asked for folders too; what lies below a hidden folder is hidden without asking. */
export type KeepPath = (path: string, kind: 'file' | 'directory') => boolean;

/**
 * A tree in which some paths do not exist. `name` says what the filter is (its patterns), so that the digests of two
 * different filters differ.
 */
export function filteredTree(tree: FileTree, name: string, keep: KeepPath): FileTree {
  const shown = (path: string, kind: 'file' | 'directory'): boolean => {
    const segments = path === '' ? [] : path.split('/');
    return segments.every((_, index) => {
      const last = index === segments.length - 1;
      return keep(segments.slice(0, index + 1).join('/'), last ? kind : 'directory');
    });
  };
  return {
    digest: `${tree.digest}+${name}`,
    list: async (paths) => {
      const normal = paths.map(normalizePath);
      const listed = await tree.list(normal);
      return listed.map((entries, index) => {
        const folder = normal[index] ?? '';
        if (!shown(folder, 'directory')) return undefined;
        return entries?.filter((entry) => keep(childPath(folder, entry.name), entry.kind));
      });
    },
    read: async (paths) => {
      const normal = paths.map(normalizePath);
      const wanted = normal.filter((path) => shown(path, 'file'));
      const files = await tree.read(wanted);
      const byPath = new Map(wanted.map((path, index) => [path, files[index]] as const));
      return normal.map((path) => byPath.get(path));
    },
  };
}
