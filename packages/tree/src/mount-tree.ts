import type { FileTree, TreeEntry, TreeFile } from './file-tree.ts';
import { sha256Digest } from './digest.ts';
import { compareBytes } from './order.ts';
import { baseName, childPath, normalizePath, parentPath } from './path.ts';

/** What is put where: a folder or a file of another tree, in place of whatever `base` has at that path. */
export interface Mount {
  readonly path: string;
  readonly tree: FileTree;
  /** Where in `tree`; all of it when empty. */
  readonly from: string;
}

/**
 * `base` with a part of another tree in it. Folders that lead to it are there, though `base` may not have them. Paths are
 * taken literally, and cannot leave either tree. Throws TREE_PATH_INVALID.
 */
export function mountTree(base: FileTree, mount: Mount): FileTree {
  const at = normalizePath(mount.path);
  const from = normalizePath(mount.from);
  if (at === '') return mount.tree;
  const digest = sha256Digest(`mount ${base.digest} ${at} ${mount.tree.digest} ${from}`);
  const inside = (path: string): string | undefined => {
    if (path === at) return from;
    if (!path.startsWith(`${at}/`)) return undefined;
    const rest = path.slice(at.length + 1);
    return from === '' ? rest : childPath(from, rest);
  };
  return {
    digest,
    list: (paths) => Promise.all(paths.map(normalizePath).map((path) => listAt(path))),
    read: (paths) => Promise.all(paths.map(normalizePath).map((path) => readAt(path))),
  };

  async function listAt(path: string): Promise<readonly TreeEntry[] | undefined> {
    const within = inside(path);
    if (within !== undefined) return (await mount.tree.list([within]))[0];
    const [own] = await base.list([path]);
    const isOnTheWay = path === '' || at.startsWith(`${path}/`);
    if (!isOnTheWay) return own;
    const name = at.slice(path === '' ? 0 : path.length + 1).split('/')[0] ?? '';
    const others = (own ?? []).filter((entry) => entry.name !== name);
    const isParent = parentPath(at) === path;
    const entry = isParent ? await mounted(name) : folder(name, `${digest}/${childPath(path, name)}`);
    return entry === undefined ? others : [...others, entry].sort((a, b) => compareBytes(a.name, b.name));
  }

  async function readAt(path: string): Promise<TreeFile | undefined> {
    const within = inside(path);
    return (await (within === undefined ? base.read([path]) : mount.tree.read([within])))[0];
  }

  /** What lies at `from`, under its new name. */
  async function mounted(name: string): Promise<TreeEntry | undefined> {
    const [entries] = await mount.tree.list([from]);
    if (entries !== undefined) return folder(name, `${digest}/${at}`);
    const [siblings] = await mount.tree.list([parentPath(from)]);
    const entry = siblings?.find((sibling) => sibling.name === baseName(from));
    return entry === undefined ? undefined : { ...entry, name };
  }
}

function folder(name: string, digest: string): TreeEntry {
  return { name, kind: 'directory', digest };
}
