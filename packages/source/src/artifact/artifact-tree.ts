import { compareBytes, normalizePath, walkTree, type FileTree, type TreeEntry, type WalkedEntry } from '@capstan/tree';

/** What an artifact holds: its entries in the order of the archive, and the same as a tree. */
export interface ArtifactContent {
  readonly entries: readonly WalkedEntry[];
  readonly tree: FileTree;
}

/** Whether a path is left out; asked of every file and folder by itself, as source-controller does. */
export type IgnorePath = (path: string, kind: 'file' | 'directory') => boolean;

/**
 * What stays of a tree when paths are left out: what unpacking the artifact would give. Each path is judged by itself,
 * so a file can stay whose folder is left out; links are not in it. `name` stands for the rules in the digest.
 */
export async function artifactContent(
  tree: FileTree,
  name: string,
  ignore: IgnorePath,
  walked?: readonly WalkedEntry[],
): Promise<ArtifactContent> {
  const entries = (walked ?? (await walkTree(tree, ''))).filter(
    (entry) => entry.link !== true && !ignore(entry.path, entry.kind),
  );
  return { entries, tree: listedTree(tree, `${tree.digest}+${name}`, entries) };
}

/** A tree with these entries, whose content is read from `base`. Folders that lead to an entry are there too. */
function listedTree(base: FileTree, digest: string, entries: readonly WalkedEntry[]): FileTree {
  const folders = new Map<string, Map<string, TreeEntry>>([['', new Map()]]);
  const files = new Set<string>();
  const folderOf = (path: string): Map<string, TreeEntry> => {
    const known = folders.get(path);
    if (known !== undefined) return known;
    const made = new Map<string, TreeEntry>();
    folders.set(path, made);
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    folderOf(slash < 0 ? '' : path.slice(0, slash)).set(name, { name, kind: 'directory', digest: `${digest}/${path}` });
    return made;
  };
  for (const { path, ...entry } of entries) {
    if (entry.kind === 'directory') folderOf(path);
    else {
      files.add(path);
      folderOf(path.slice(0, Math.max(0, path.lastIndexOf('/')))).set(entry.name, entry);
    }
  }
  const listings = new Map(
    [...folders].map(([path, own]) => [path, [...own.values()].sort((a, b) => compareBytes(a.name, b.name))] as const),
  );
  return {
    digest,
    list: async (paths) => paths.map((path) => listings.get(normalizePath(path))),
    read: async (paths) => {
      const wanted = paths.map(normalizePath).filter((path) => files.has(path));
      const read = await base.read(wanted);
      const byPath = new Map(wanted.map((path, index) => [path, read[index]] as const));
      return paths.map((path) => byPath.get(normalizePath(path)));
    },
    digests: async (paths) =>
      paths.map((path) => {
        const normal = normalizePath(path);
        const slash = normal.lastIndexOf('/');
        const entry = folders.get(slash < 0 ? '' : normal.slice(0, slash))?.get(normal.slice(slash + 1));
        return entry?.kind === 'file' ? entry.digest : undefined;
      }),
  };
}
