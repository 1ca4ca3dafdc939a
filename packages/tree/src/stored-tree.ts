import { CapstanError } from '@capstan/errors';
import type { FileTree, TreeEntry, TreeFile } from './file-tree.ts';
import { MAX_LINKS, MAX_PATH_BYTES } from './limits.ts';
import { compareBytes } from './order.ts';
import { childPath, normalizePath } from './path.ts';
import type { StoredEntry, TreeStore } from './tree-store.ts';

/** What a look-up ended at: the entry, or undefined for nothing. The root is a directory without a name. */
type Found = StoredEntry | undefined;

/** One look-up in progress: where it stands (folders from the root down) and what is still to go. */
interface Walk {
  readonly path: string;
  readonly stack: { readonly name: string; readonly digest: string }[];
  readonly rest: string[];
  links: number;
  result?: { readonly found: Found } | { readonly error: CapstanError };
}

/** What to do with links: resolve them inside the tree, or act as if they were not there (as Flux's artifacts do). */
export type LinkPolicy = 'follow' | 'omit';

/**
 * The tree whose root folder has `digest` in `store`. Links are resolved inside the tree; one that leads out, or in a
 * circle, throws TREE_LINK_ESCAPES when something is read through it.
 */
export function storedTree(digest: string, store: TreeStore, links: LinkPolicy = 'follow'): FileTree {
  const resolver = new Resolver(digest, store, links);
  return {
    digest: links === 'follow' ? digest : `${digest}+links-omitted`,
    list: async (paths) => listFolders(paths.map(normalizePath), resolver, store, links),
    read: async (paths) => readFiles(paths.map(normalizePath), resolver, store),
    digests: async (paths) => {
      const found = (await resolver.resolve(paths.map(normalizePath))).map(foundOrThrow);
      return found.map((entry) => (entry?.kind === 'file' ? entry.digest : undefined));
    },
  };
}

async function readFiles(
  paths: readonly string[],
  resolver: Resolver,
  store: TreeStore,
): Promise<readonly (TreeFile | undefined)[]> {
  const found = (await resolver.resolve(paths)).map(foundOrThrow);
  const wanted = [...new Set(found.flatMap((entry) => (entry?.kind === 'file' ? [entry.digest] : [])))];
  const bytes = await store.files(wanted);
  const byDigest = new Map(wanted.map((digest, index) => [digest, bytes[index]] as const));
  return found.map((entry) => {
    const content = entry?.kind === 'file' ? byDigest.get(entry.digest) : undefined;
    return entry === undefined || content === undefined ? undefined : { digest: entry.digest, bytes: content };
  });
}

async function listFolders(
  paths: readonly string[],
  resolver: Resolver,
  store: TreeStore,
  links: LinkPolicy,
): Promise<readonly (readonly TreeEntry[] | undefined)[]> {
  const found = (await resolver.resolve(paths)).map(foundOrThrow);
  const wanted = [...new Set(found.flatMap((entry) => (entry?.kind === 'directory' ? [entry.digest] : [])))];
  const folders = await store.folders(wanted);
  const byDigest = new Map(wanted.map((digest, index) => [digest, folders[index]] as const));
  return Promise.all(
    found.map(async (entry, index) => {
      const stored = entry?.kind === 'directory' ? byDigest.get(entry.digest) : undefined;
      return stored === undefined ? undefined : toEntries(paths[index] ?? '', stored, resolver, links);
    }),
  );
}

async function toEntries(
  folder: string,
  stored: readonly StoredEntry[],
  resolver: Resolver,
  links: LinkPolicy,
): Promise<readonly TreeEntry[]> {
  const linked = links === 'omit' ? [] : stored.filter((entry) => entry.kind === 'link');
  const targets = linked.length === 0 ? [] : await resolver.resolve(linked.map((link) => childPath(folder, link.name)));
  const entries: TreeEntry[] = stored.flatMap(({ kind, ...entry }) => (kind === 'link' ? [] : [{ ...entry, kind }]));
  linked.forEach((link, index) => {
    const target = targets[index];
    const at = target !== undefined && 'found' in target ? target.found : undefined;
    entries.push({
      name: link.name,
      kind: at?.kind === 'directory' ? 'directory' : 'file',
      digest: at?.digest ?? link.digest,
      ...(at?.executable === true ? { executable: true } : {}),
      link: true,
    });
  });
  return entries.sort((a, b) => compareBytes(a.name, b.name));
}

function foundOrThrow(result: { readonly found: Found } | { readonly error: CapstanError }): Found {
  if ('error' in result) throw result.error;
  return result.found;
}

/** Follows many paths at once, one round of look-ups for each level, so that a store is asked in batches. */
class Resolver {
  readonly #root: string;
  readonly #store: TreeStore;
  readonly #links: LinkPolicy;

  constructor(root: string, store: TreeStore, links: LinkPolicy) {
    this.#root = root;
    this.#store = store;
    this.#links = links;
  }

  async resolve(
    paths: readonly string[],
  ): Promise<readonly ({ readonly found: Found } | { readonly error: CapstanError })[]> {
    const walks = paths.map((path): Walk => ({ path, stack: [], rest: path === '' ? [] : path.split('/'), links: 0 }));
    for (;;) {
      const open = walks.filter((walk) => walk.result === undefined);
      if (open.length === 0) break;
      const digests = [...new Set(open.map((walk) => this.#at(walk)))];
      const folders = await this.#store.folders(digests);
      const byDigest = new Map(digests.map((digest, index) => [digest, folders[index] ?? []] as const));
      const atLink: { walk: Walk; link: StoredEntry }[] = [];
      for (const walk of open) {
        const link = this.#step(walk, byDigest.get(this.#at(walk)) ?? []);
        if (link !== undefined) atLink.push({ walk, link });
      }
      await this.#follow(atLink);
    }
    return walks.map((walk) => walk.result ?? { found: undefined });
  }

  #at(walk: Walk): string {
    return walk.stack.at(-1)?.digest ?? this.#root;
  }

  /** One segment further, through a folder whose entries are given. Returns the link that it ran into, if any. */
  #step(walk: Walk, entries: readonly StoredEntry[]): StoredEntry | undefined {
    const segment = walk.rest.shift();
    if (segment === undefined) {
      walk.result = { found: { name: walk.stack.at(-1)?.name ?? '', kind: 'directory', digest: this.#at(walk) } };
      return undefined;
    }
    if (segment === '..') {
      if (walk.stack.pop() === undefined) walk.result = { error: escapes(walk.path, 'points out of the tree') };
      return undefined;
    }
    const entry = indexOf(entries).get(segment);
    if (entry?.kind === 'link' && this.#links === 'follow') return entry;
    if (entry?.kind === 'directory') walk.stack.push({ name: entry.name, digest: entry.digest });
    else walk.result = { found: entry?.kind === 'file' && walk.rest.length === 0 ? entry : undefined };
    return undefined;
  }

  async #follow(atLink: readonly { walk: Walk; link: StoredEntry }[]): Promise<void> {
    if (atLink.length === 0) return;
    const digests = [...new Set(atLink.map(({ link }) => link.digest))];
    const texts = await this.#store.files(digests);
    const byDigest = new Map(digests.map((digest, index) => [digest, texts[index]] as const));
    for (const { walk, link } of atLink) {
      const target = byDigest.get(link.digest) ?? new Uint8Array();
      const error = ++walk.links > MAX_LINKS ? 'leads in a circle' : linkFault(target);
      if (error !== undefined) {
        walk.result = { error: escapes(walk.path, error) };
        continue;
      }
      const segments = new TextDecoder().decode(target).split('/');
      walk.rest.unshift(...segments.filter((segment) => segment !== '' && segment !== '.'));
    }
  }
}

const indexes = new WeakMap<readonly StoredEntry[], ReadonlyMap<string, StoredEntry>>();

/** Entries by name, made once for each listing that a store keeps. */
function indexOf(entries: readonly StoredEntry[]): ReadonlyMap<string, StoredEntry> {
  const known = indexes.get(entries);
  if (known !== undefined) return known;
  const index = new Map(entries.map((entry) => [entry.name, entry] as const));
  indexes.set(entries, index);
  return index;
}

function linkFault(target: Uint8Array): string | undefined {
  if (target.length === 0 || target.length > MAX_PATH_BYTES || target.includes(0)) return 'holds no path';
  return target[0] === 0x2f ? 'is absolute' : undefined;
}

function escapes(path: string, why: string): CapstanError {
  return new CapstanError('TREE_LINK_ESCAPES', `${JSON.stringify(path)} goes through a symbolic link that ${why}`, {
    data: { path },
  });
}
