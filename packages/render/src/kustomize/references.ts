import { isWithin, tryJoin } from './files.ts';
import type { Above, FoundKustomization } from './files.ts';
import type { GeneratorArgs } from './kustomization.ts';
import { isRemoteFile, tryParseRepoUrl } from './repo-url.ts';
import { repositoryRequest } from './remotes.ts';
import type { RemoteRequest } from '@capstan/tree';

/** What a kustomization names: paths that are files, paths that are a file or a folder, and what lies elsewhere. */
export interface References {
  readonly files: readonly string[];
  readonly either: readonly string[];
  readonly folders: readonly string[];
  readonly remotes: readonly RemoteRequest[];
}

/** The paths that a kustomization names, from the root of the tree. Those that cannot be read are left to the engine. */
export function referencesOf(
  folder: string,
  { kustomization }: FoundKustomization,
  above: Above = 'nothing',
): References {
  const files: string[] = [];
  const either: string[] = [];
  const folders: string[] = [];
  const remotes: RemoteRequest[] = [];
  const add = (to: string[], path: string | undefined, confined = false): void => {
    if (path === undefined || path === '' || path.includes('\n')) return;
    const remote = remoteOf(path, to !== files);
    if (remote !== undefined) remotes.push(remote);
    if (remote?.kind === 'file') return;
    const full = tryJoin(folder, path, above);
    if (full !== undefined && (!confined || isWithin(folder, full))) to.push(full);
  };
  for (const path of kustomization.resources) add(either, path);
  for (const path of kustomization.components) add(folders, path);
  for (const list of [kustomization.generators, kustomization.transformers, kustomization.validators])
    for (const path of list) add(either, path);
  for (const path of [...kustomization.configurations, ...kustomization.crds, ...kustomization.patchesStrategicMerge]) {
    add(files, path);
  }
  for (const { path } of [...kustomization.patches, ...kustomization.patchesJson6902, ...kustomization.replacements]) {
    add(files, path);
  }
  add(files, kustomization.openapi?.path);
  for (const args of [...kustomization.configMapGenerator, ...kustomization.secretGenerator]) {
    for (const path of generatorFiles(args)) add(files, path);
  }
  return { files, either, folders, remotes };
}

/** A file behind a URL is asked for before the repository that the URL may be of. */
function remoteOf(path: string, mayBeRepository: boolean): RemoteRequest | undefined {
  if (isRemoteFile(path)) return { kind: 'file', url: path };
  const repo = mayBeRepository ? tryParseRepoUrl(path) : undefined;
  return repo === undefined ? undefined : repositoryRequest(repo);
}

/** The files that a generator reads. */
export function generatorFiles(args: GeneratorArgs): string[] {
  const sources = (args.files ?? []).map((source) => source.slice(source.indexOf('=') + 1));
  return [...(args.envs ?? []), ...sources];
}
