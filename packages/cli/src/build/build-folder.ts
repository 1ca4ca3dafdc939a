import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { CapstanError } from '@capstan/errors';
import { parseObject, refOf, type JsonObject, type KubernetesObject } from '@capstan/object';
import { render, type RenderedObject } from '@capstan/render';
import {
  builtinScopes,
  buildKustomization,
  KUSTOMIZATION_NAMES,
  manifestFiles,
  repositoryRequest,
  shownUrl,
  stringifyManifests,
  tryParseRepoUrl,
  type BuildOptions,
  type ManifestFile,
  type RepoUrl,
  type Resource,
} from '@capstan/render/kustomize';
import { localTree } from '@capstan/source/local';
import type { FetchRemote, FileTree } from '@capstan/tree';

/** How a folder is built. */
export interface FolderBuild {
  /** A folder without a kustomization: those below it too. */
  readonly recurse: boolean;
  readonly kustomize?: Pick<BuildOptions, 'loadRestrictions' | 'managedByLabel'> & Partial<Pick<BuildOptions, 'order'>>;
  /** Gets what lies elsewhere; without it nothing is got. */
  readonly fetch?: FetchRemote;
}

/** What a folder renders to. */
export interface BuiltFolder {
  /** The objects. Throws OBJECT_INVALID for one that is none of Kubernetes: kustomize prints those, too. */
  objects(): readonly RenderedObject[];
  readonly text: string;
  /** A file an object, as `kustomize build -o FOLDER` names them. */
  files(): readonly ManifestFile[];
}

/** Renders a folder of this machine, or one of a repository by its URL. Throws RENDER_*, REMOTE_*, GIT_*, TREE_*. */
export async function buildFolder(dir: string, options: FolderBuild): Promise<BuiltFolder> {
  const repo = tryParseRepoUrl(dir);
  if (repo !== undefined) return buildRepository(dir, repo, options);
  const folder = realFolder(dir);
  const root = treeRoot(folder);
  const path = relative(root, folder);
  const tree = localTree(root);
  if (KUSTOMIZATION_NAMES.some((name) => existsSync(join(folder, name))))
    return kustomized(tree, path, options, root === dirname(root) ? 'root' : 'nothing');
  const { objects, text } = await render(tree, { engine: 'detect', path, directory: { recurse: options.recurse } });
  const resources = objects.map(({ object }) => ({ id: idOf(object), object }));
  return { objects: () => objects, text, files: () => manifestFiles(resources) };
}

function idOf(object: KubernetesObject): Parameters<typeof manifestFiles>[0][number]['id'] {
  return { ...refOf(object), clusterScoped: builtinScopes.isClusterScoped(object.apiVersion, object.kind) };
}

/** A kustomization of a repository elsewhere, held to its own folder as kustomize holds it. */
async function buildRepository(url: string, repo: RepoUrl, options: FolderBuild): Promise<BuiltFolder> {
  if (options.fetch === undefined)
    throw new CapstanError(
      'REMOTE_NOT_ALLOWED',
      `'${shownUrl(url)}' is a repository elsewhere, and nothing is fetched: add --remote-bases, or clone it and build the folder`,
      { data: { remote: shownUrl(url) } },
    );
  const [answer] = await options.fetch([repositoryRequest(repo)]);
  if (answer?.kind === 'failed') throw answer.error;
  if (answer?.kind !== 'repository')
    throw new CapstanError('REMOTE_FAILED', `'${shownUrl(url)}' was answered with something that is no repository`);
  const kustomize = { ...options.kustomize, loadRestrictions: 'root' as const };
  return kustomized(answer.tree, repo.path.replace(/\/+$/, ''), { ...options, kustomize });
}

async function kustomized(
  tree: FileTree,
  path: string,
  { kustomize = {}, fetch }: FolderBuild,
  above: 'nothing' | 'root' = 'nothing',
): Promise<BuiltFolder> {
  const resources: readonly Resource[] = await buildKustomization(tree, path, {
    order: 'legacy',
    above,
    ...kustomize,
    ...(fetch === undefined ? {} : { fetch }),
  });
  const objects = () =>
    resources.map(({ object, place }) => ({ object: parseObject(object, place.path), origin: place }));
  const text = stringifyManifests(resources.map(({ object }): JsonObject => object));
  return { objects, text, files: () => manifestFiles(resources) };
}

/** A folder's own path, links resolved. Throws RENDER_NOT_FOUND. */
export function realFolder(dir: string): string {
  try {
    return realpathSync(resolve(dir));
  } catch (cause) {
    throw new CapstanError('RENDER_NOT_FOUND', `there is no folder ${dir}`, { cause, data: { path: dir } });
  }
}

/** How far up bases may lie: the top of the work tree that the folder is in, else anywhere on this machine. */
export function treeRoot(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return at;
  }
}
