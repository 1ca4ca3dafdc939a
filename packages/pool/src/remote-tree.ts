import { CapstanError } from '@capstan/errors';
import type { FileTree, TreeEntry, TreeFile } from '@capstan/tree';
import type { ContentCache } from './content-cache.ts';
import { knownFiles, type HeadStart, type Known } from './head-start.ts';

/** A question about a tree. `digests` may be answered by undefined: the tree does not know them without reading. */
type TreeQuestion =
  | { readonly ask: 'list'; readonly paths: readonly string[] }
  | { readonly ask: 'digests'; readonly paths: readonly string[] }
  | { readonly ask: 'read'; readonly paths: readonly string[] };

type Listing = readonly (readonly TreeEntry[] | undefined)[];
type Digests = readonly (string | undefined)[] | undefined;
type Files = readonly (TreeFile | undefined)[];

/** Paths that one question may name. */
const MAX_PATHS = 50_000;

/**
 * A tree in a worker, of which the content stands in the parent: look-ups are questions to it, and files that the cache
 * knows by digest are not sent again. What `start` tells is not asked.
 */
export function remoteTree(
  digest: string,
  request: (input: unknown) => Promise<unknown>,
  cache: ContentCache,
  start?: HeadStart,
): FileTree {
  const asked = askedTree(digest, request, cache);
  if (start === undefined) return asked;
  const known = knownFiles(start);
  return {
    digest,
    list: async (paths) =>
      paths.every((path) => path === start.folder) ? paths.map(() => start.entries) : asked.list(paths),
    read: async (paths) => {
      const found = paths.map(known);
      const missing = found.flatMap((file, index) => (file === undefined ? [index] : []));
      const read = await asked.read(missing.map((index) => paths[index] ?? ''));
      const rest = new Map(missing.map((index, at): [number, Known] => [index, { file: read[at] }]));
      return found.map((file, index) => (file ?? rest.get(index))?.file);
    },
  };
}

function askedTree(digest: string, request: (input: unknown) => Promise<unknown>, cache: ContentCache): FileTree {
  const ask = (question: TreeQuestion): Promise<unknown> => request(question);
  const fetch = async (paths: readonly string[]): Promise<Files> => {
    const files = (await ask({ ask: 'read', paths })) as Files;
    for (const file of files) if (file !== undefined) cache.set(file.digest, file.bytes);
    return files;
  };
  return {
    digest,
    list: async (paths) => (paths.length === 0 ? [] : ((await ask({ ask: 'list', paths })) as Listing)),
    read: async (paths) => {
      if (paths.length === 0) return [];
      const digests = (await ask({ ask: 'digests', paths })) as Digests;
      if (digests === undefined) return fetch(paths);
      const found = digests.map((of): TreeFile | undefined => {
        const bytes = of === undefined ? undefined : cache.get(of);
        return of === undefined || bytes === undefined ? undefined : { digest: of, bytes };
      });
      const missing = digests.flatMap((of, index) => (of !== undefined && found[index] === undefined ? [index] : []));
      const fetched = missing.length === 0 ? [] : await fetch(missing.map((index) => paths[index] ?? ''));
      missing.forEach((index, at) => (found[index] = fetched[at]));
      return found;
    },
  };
}

/** Which of several trees a question is about. */
export function aboutTree(index: number, request: (input: unknown) => Promise<unknown>): typeof request {
  return (input) => request(typeof input === 'object' ? { ...input, tree: index } : input);
}

/**
 * Answers, in the parent, what a `remoteTree` asks: for `onRequest` of a pool's task. Questions `aboutTree` are about one
 * of `others`.
 */
export function answerTree(main: FileTree, others: readonly FileTree[] = []): (input: unknown) => Promise<unknown> {
  return async (input) => {
    const { ask, paths } = readQuestion(input);
    const tree = treeOf(input, main, others);
    switch (ask) {
      case 'list':
        return tree.list(paths);
      case 'digests':
        return tree.digests?.(paths);
      case 'read':
        return tree.read(paths);
      default:
        return ask satisfies never;
    }
  };
}

function treeOf(input: unknown, main: FileTree, others: readonly FileTree[]): FileTree {
  const { tree: index } = (typeof input === 'object' && input !== null ? input : {}) as { readonly tree?: unknown };
  if (index === undefined) return main;
  const tree = typeof index === 'number' ? others[index] : undefined;
  if (tree !== undefined) return tree;
  throw new CapstanError('POOL_CRASHED', 'a task asked about a tree that it was not given');
}

function readQuestion(input: unknown): TreeQuestion {
  const { ask, paths } = (typeof input === 'object' && input !== null ? input : {}) as Readonly<
    Record<string, unknown>
  >;
  const known = ask === 'list' || ask === 'digests' || ask === 'read';
  if (known && Array.isArray(paths) && paths.length <= MAX_PATHS && paths.every((path) => typeof path === 'string')) {
    return { ask, paths };
  }
  throw new CapstanError('POOL_CRASHED', 'a task asked something about its tree that makes no sense');
}
