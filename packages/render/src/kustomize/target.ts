import { isCapstanError, messageOf } from '@capstan/errors';
import { joinPath } from '@capstan/tree';
import { builtinOrigin, originAt, tracksOrigin, type BuildContext } from './build-context.ts';
import { loadConfigurations } from './configurations.ts';
import { readResources } from './documents.ts';
import { isWithin, resolveNamed, tryJoin, type BuildFiles, type FoundKustomization } from './files.ts';
import { generate, mergeOptions } from './generator.ts';
import type { GeneratorArgs } from './kustomization.ts';
import { applyOpenApi } from './openapi.ts';
import { runGenerators, runTransformers, runValidators } from './plugins.ts';
import { beyondLimit, invalid, notFound } from './problem.ts';
import { failedRemote } from './remotes.ts';
import { isRemoteFile, isRepoUrl, shownUrl, tryParseRepoUrl, type RepoUrl } from './repo-url.ts';
import { ResourceMap } from './resource-map.ts';
import type { Origin, Resource } from './resource.ts';
import { emptyConfig, mergeConfigs, type TransformerConfig } from './transformer-config.ts';
import { builtinTransformers, runSteps } from './steps.ts';
import { addVariables, mergeVariables, type Variables } from './variables.ts';

/** What a kustomization has come to so far. */
export class Accumulator {
  readonly map = new ResourceMap();
  config: TransformerConfig = emptyConfig;
  readonly variables: Variables = new Map();

  /** Takes over what a base came to. */
  merge(other: Accumulator, taken?: Set<string>): void {
    this.map.append(other.map.list, taken);
    this.config = mergeConfigs(this.config, other.config);
    mergeVariables(this.variables, other.variables.values());
  }
}

/** A kustomization being built, and those that it stands on. */
export interface Target {
  /** The tree in which it lies. */
  readonly files: BuildFiles;
  readonly folder: string;
  readonly found: FoundKustomization;
  readonly origin: Origin;
  /** Whether files must lie in or below its folder. */
  readonly rootOnly: boolean;
  /** Folders of this tree that lead here, from the one where the tree was entered. */
  readonly chain: readonly string[];
  /** URLs of repositories that lead here. */
  readonly urls: readonly string[];
  /** Kustomizations that stand on each other up to this one. */
  readonly depth: number;
}

/** Where a target is to be opened. */
export type Opening = Omit<Target, 'found'>;

/** The kustomization in a folder. Throws RENDER_NOT_FOUND where there is none. */
export function openTarget(context: BuildContext, opening: Opening): Target {
  const { files, folder, chain, depth } = opening;
  if (depth >= context.limits.maxDepth) {
    throw beyondLimit(`kustomizations stand on each other more than ${context.limits.maxDepth} deep`);
  }
  const found = files.kustomization(folder);
  if (found === undefined) {
    throw notFound(
      `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${files.nameOf(folder || '.')}'`,
      { path: folder },
    );
  }
  return { ...opening, found, chain: [...chain, folder], depth: depth + 1 };
}

/** Does what a kustomization says, into `into`. */
export function accumulate(context: BuildContext, target: Target, into: Accumulator): void {
  context.budget.spendKustomization();
  applyOpenApi(context, target);
  const { kustomization } = target.found;
  const taken = into.map.takenIds();
  for (const path of kustomization.resources) accumulatePath(context, target, path, into, taken);
  into.config = mergeConfigs(into.config, loadConfigurations(context, target));
  for (const kind of ['ConfigMap', 'Secret'] as const) generateAll(context, target, kind, into);
  runGenerators(context, target, into);
  for (const path of kustomization.components) accumulateComponent(context, target, path, into);
  const origin = (kind: string) =>
    tracksOrigin(context) ? builtinOrigin(target.origin, target.found.name, kind) : undefined;
  runSteps(into.map, builtinTransformers(context, target, into.config), origin);
  runTransformers(context, target, into);
  runValidators(context, target, into);
  addVariables(into.variables, kustomization.vars, into.map);
  if (into.map.list.length > context.limits.maxObjects) {
    throw beyondLimit(`a build holds more than ${context.limits.maxObjects} objects`, { path: target.folder });
  }
}

/** A path in `resources`: a file of resources, or a folder with a kustomization; each here or behind a URL. */
export function accumulatePath(
  context: BuildContext,
  target: Target,
  path: string,
  into: Accumulator,
  taken?: Set<string>,
): void {
  const resources = isRemoteFile(path) ? remoteResources(context, target, path) : ownResources(context, target, path);
  if (resources !== undefined) {
    into.map.append(resources, taken);
    return;
  }
  const base = openBase(context, target, path);
  if (base.found.kustomization.kind === 'Component') {
    const file = kustomizationPath(target);
    throw invalid(`${file}: expected kind != 'Component' for path '${shownUrl(path)}'`, { path: file });
  }
  const below = new Accumulator();
  accumulate(context, base, below);
  into.merge(below, taken);
}

/** The resources of a file in the tree; undefined where there is no such file. */
function ownResources(context: BuildContext, target: Target, path: string): Resource[] | undefined {
  const { files, folder, rootOnly } = target;
  const full = tryJoin(folder, path, files.above);
  const bytes = full === undefined ? undefined : files.find(full);
  if (full === undefined || bytes === undefined) return undefined;
  resolveNamed(folder, path, rootOnly, files.above);
  return resourcesOf(context, target, path, files.nameOf(full), bytes);
}

/** The resources behind a URL; undefined where what is there is none and the URL may be a repository's. */
function remoteResources(context: BuildContext, target: Target, url: string): Resource[] | undefined {
  const file = kustomizationPath(target);
  const answer = context.remotes.file(url, file);
  const mayBeRepository = isRepoUrl(url);
  if (answer.kind !== 'file') {
    if (mayBeRepository) return undefined;
    throw failedRemote(answer, url, file);
  }
  try {
    return resourcesOf(context, target, url, shownUrl(url), answer.bytes);
  } catch (error) {
    if (!mayBeRepository || !isCapstanError(error, 'RENDER_INVALID')) throw error;
    return undefined;
  }
}

function resourcesOf(context: BuildContext, target: Target, path: string, name: string, bytes: Uint8Array): Resource[] {
  context.budget.spendBytes(bytes.length);
  let resources: Resource[];
  try {
    resources = readResources(bytes, name, context.schema);
  } catch (error) {
    if (!isCapstanError(error, 'RENDER_INVALID')) throw error;
    throw invalid(`accumulating resources from '${shownUrl(path)}': ${messageOf(error)}`, error.data, error);
  }
  context.schema.meet(resources);
  if (tracksOrigin(context)) {
    const origin = originAt(target.origin, path);
    for (const resource of resources) resource.origin = origin;
  }
  return resources;
}

/** What a kustomization stands on. Throws RENDER_INVALID for circles, RENDER_NOT_FOUND for what is missing, GIT_*. */
export function openBase(context: BuildContext, target: Target, path: string): Target {
  const file = kustomizationPath(target);
  if (path === '') throw invalid(`${file}: new root cannot be empty`, { path: file });
  const repo = tryParseRepoUrl(path);
  const opening = repo === undefined ? ownFolder(target, path) : repositoryFolder(context, target, path, repo);
  const origin = tracksOrigin(context) ? originAt(target.origin, path) : target.origin;
  try {
    return openTarget(context, { ...opening, origin });
  } catch (error) {
    if (!isCapstanError(error, 'RENDER_NOT_FOUND')) throw error;
    const line = target.found.lineOf(path);
    throw notFound(
      `${at(file, line)}: accumulating resources from '${shownUrl(path)}': there is no such file, and ${error.message}`,
      { path: file, line },
    );
  }
}

function ownFolder(target: Target, path: string): Opening {
  const file = kustomizationPath(target);
  const folder = tryJoin(target.folder, path, target.files.above);
  if (folder === undefined) throw invalid(`${file}: '${path}' is no path inside of the source`, { path: file });
  const circle = target.chain.find((visited) => isWithin(folder, visited));
  if (circle !== undefined) {
    throw invalid(
      `${file}: cycle detected: candidate root '${folder || '.'}' contains visited root '${circle || '.'}'`,
      { path: file },
    );
  }
  return { ...target, folder };
}

/** A folder of a repository elsewhere: what it names stays in or below it, whatever holds for the kustomization here. */
function repositoryFolder(context: BuildContext, target: Target, url: string, repo: RepoUrl): Opening {
  const file = kustomizationPath(target);
  const seen = target.urls.find((visited) => visited.startsWith(url));
  if (seen !== undefined) {
    throw invalid(`${file}: cycle detected: '${shownUrl(url)}' is named again by what '${shownUrl(seen)}' stands on`, {
      path: file,
    });
  }
  const folder = joinPath('', repo.path.replace(/^\/+/, ''));
  const files = context.remotes.repository(repo, url, folder, file);
  return { ...target, files, folder, rootOnly: true, chain: [], urls: [...target.urls, url] };
}

function accumulateComponent(context: BuildContext, target: Target, path: string, into: Accumulator): void {
  const file = kustomizationPath(target);
  const component = openBase(context, target, path);
  if (component.found.kustomization.kind !== 'Component') {
    throw invalid(
      `${file}: expected kind 'Component' for path '${shownUrl(path)}' but got '${component.found.kustomization.kind}'`,
      { path: file },
    );
  }
  accumulate(context, component, into);
  // Kustomize puts together again what a component leaves.
  into.map.checkIds();
  // Kustomize goes on with a new accumulator here, into which the specs are merged: more general ones are dropped.
  into.config = mergeConfigs(emptyConfig, into.config);
}

function generateAll(context: BuildContext, target: Target, kind: 'ConfigMap' | 'Secret', into: Accumulator): void {
  const { kustomization } = target.found;
  const list = kind === 'ConfigMap' ? kustomization.configMapGenerator : kustomization.secretGenerator;
  for (const args of list) {
    const resource = generateOne(context, target, kind, args);
    if (tracksOrigin(context)) resource.origin = builtinOrigin(target.origin, target.found.name, `${kind}Generator`);
    into.map.absorb([resource]);
  }
}

/** Runs one ConfigMap or Secret generator of a kustomization. */
export function generateOne(
  context: BuildContext,
  target: Target,
  kind: 'ConfigMap' | 'Secret',
  args: GeneratorArgs,
): Resource {
  const options = mergeOptions(args.options, target.found.kustomization.generatorOptions);
  return generate(kind, args, options, readerOf(context, target), { path: kustomizationPath(target), document: 0 });
}

/** Reads files that a kustomization names, behind URLs too. */
export function readerOf(context: BuildContext, target: Target): (path: string) => Uint8Array {
  const file = kustomizationPath(target);
  const spent = (bytes: Uint8Array): Uint8Array => {
    context.budget.spendBytes(bytes.length);
    return bytes;
  };
  return (path) => {
    if (isRemoteFile(path)) {
      const answer = context.remotes.file(path, file);
      if (answer.kind === 'file') return spent(answer.bytes);
      throw failedRemote(answer, path, file);
    }
    const full = resolveNamed(target.folder, path, target.rootOnly, target.files.above);
    const bytes = target.files.find(full);
    if (bytes === undefined) {
      const line = target.found.lineOf(path);
      throw notFound(`${at(file, line)}: there is no file '${path}'`, { path: full, line });
    }
    return spent(bytes);
  };
}

/** A file with the line, as messages of the YAML package have it. */
function at(path: string, line: number | undefined): string {
  return line === undefined ? path : `${path}: line ${line}`;
}

/** The path of a target's kustomization file. */
export function kustomizationPath(target: Target): string {
  return target.files.nameOf(target.folder === '' ? target.found.name : `${target.folder}/${target.found.name}`);
}
