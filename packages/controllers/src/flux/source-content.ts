import { GitRepository, gitRepositoryResource } from '@capstan/api';
import { CapstanError } from '@capstan/errors';
import { formatRef, refOf, type KubernetesObject } from '@capstan/object';
import { fluxArtifactContent, sparseTree, treeWithSubmodules, type ArtifactContent } from '@capstan/source';
import { mountTree, type FileTree } from '@capstan/tree';
import type { Engine } from '../runtime/engine.ts';
import { storedLayout, type ContentLayout, type IncludedContent } from './git-repository/layout.ts';
import { commitOfRevision } from './git-repository/reference.ts';
import { reason } from './names.ts';
import { viewOf } from './resource-view.ts';
import type { GitRequests } from './git-request.ts';

/** What sources are reached through. */
export interface SourceReach {
  readonly engine: Engine;
  readonly requests: GitRequests;
}

/** How deep sources may include sources that include sources. */
const MAX_INCLUDES_DEPTH = 8;

/**
 * Puts a source's content together as its artifact holds it: the commit, its submodules, what a sparse checkout leaves,
 * what is included, and of all that what is not ignored. Throws GIT_*, TREE_*, and what cannot be copied in Flux's words.
 */
export async function composeContent(
  reach: SourceReach,
  object: KubernetesObject,
  layout: ContentLayout,
  signal: AbortSignal,
  depth = 0,
): Promise<ArtifactContent> {
  const { commit, ignore, sparse, submodules, includes } = layout;
  const { engine } = reach;
  const request = await reach.requests.of(object, signal);
  const revision = { commit, reference: '' };
  const whole = submodules
    ? await treeWithSubmodules(engine.git, request, revision, signal)
    : await engine.git.tree(request, revision, signal, { links: 'omit' });
  let tree = sparse.length === 0 ? whole : await sparseTree(whole, sparse);
  for (const include of includes) {
    const inner = await includedTree(reach, object, include, signal, depth);
    tree = await copyIn(tree, inner, include);
  }
  return fluxArtifactContent(tree, ignore);
}

/** The first path of a sparse checkout that a tree does not have. */
export async function missingPath(tree: FileTree, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if ((await kindAt(tree, confined(path))) === undefined) return path;
  return undefined;
}

async function includedTree(
  reach: SourceReach,
  object: KubernetesObject,
  { name, artifact }: IncludedContent,
  signal: AbortSignal,
  depth: number,
): Promise<FileTree> {
  const { namespace } = refOf(object);
  const other = await reach.engine.clusters.local.live.get({ ...gitRepositoryResource, namespace, name }, signal);
  const layout = other === undefined ? undefined : storedLayout(viewOf(GitRepository, other).status);
  const commit = commitOfRevision(artifact.revision);
  if (other === undefined || layout === undefined || commit === undefined)
    throw new CapstanError('SOURCE_NOT_READY', `${formatRef(refOf(object))} includes ${name}, which has no artifact`);
  if (depth >= MAX_INCLUDES_DEPTH)
    throw new CapstanError('TREE_LIMIT', `${name} is included more than ${MAX_INCLUDES_DEPTH} deep, perhaps in itself`);
  return (await composeContent(reach, other, { ...layout, commit }, signal, depth + 1)).tree;
}

/** Puts a part of a tree where nothing stands yet, or a file in place of a file, as a rename would. */
async function copyIn(tree: FileTree, inner: FileTree, { name, from, to }: IncludedContent): Promise<FileTree> {
  const source = confined(from);
  const target = confined(to);
  const refuse = (why: string): CapstanError =>
    new CapstanError('ARTIFACT_STORAGE_FAILED', `failed to copy '${name}' include from ${from} to ${to}: ${why}`, {
      data: { reason: reason.copyFailure },
    });
  const kind = await kindAt(inner, source);
  if (kind === undefined) throw refuse(`cannot stat ${source}: no such file or directory`);
  const before = target === '' ? 'directory' : await kindAt(tree, target);
  if (before === 'directory' || (before === 'file' && kind === 'directory')) throw refuse(`${target}: file exists`);
  return mountTree(tree, { path: target, tree: inner, from: source });
}

async function kindAt(tree: FileTree, path: string): Promise<'file' | 'directory' | undefined> {
  const [entries] = await tree.list([path]);
  if (entries !== undefined) return 'directory';
  const [file] = await tree.read([path]);
  return file === undefined ? undefined : 'file';
}

/** A path that cannot leave the root, however many `..` it has: they end there. */
function confined(path: string): string {
  const segments: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') segments.pop();
    else if (part !== '.' && part !== '') segments.push(part);
  }
  return segments.join('/');
}
