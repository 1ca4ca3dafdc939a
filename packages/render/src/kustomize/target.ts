import { messageOf } from '@capstan/errors';
import { isCapstanError } from '@capstan/errors';
import { builtinOrigin, joinOrigin, tracksOrigin, type BuildContext } from './build-context.ts';
import { loadConfigurations } from './configurations.ts';
import { readResources } from './documents.ts';
import { isWithin, resolveNamed, tryJoin, type FoundKustomization } from './files.ts';
import { generate, mergeOptions } from './generator.ts';
import type { GeneratorArgs } from './kustomization.ts';
import { applyOpenApi } from './openapi.ts';
import { runGenerators, runTransformers } from './plugins.ts';
import { beyondLimit, invalid, notFound, unsupported } from './problem.ts';
import { isRemote } from './remote.ts';
import { ResourceMap } from './resource-map.ts';
import type { Resource } from './resource.ts';
import { emptyConfig, mergeConfigs, type TransformerConfig } from './transformer-config.ts';
import { builtinTransformers, runSteps } from './steps.ts';
import { keepNullAnnotations } from './written.ts';
import { addVariables, mergeVariables, type Variables } from './variables.ts';

/** What a kustomization has come to so far. */
export class Accumulator {
  readonly map = new ResourceMap();
  config: TransformerConfig = emptyConfig;
  readonly variables: Variables = new Map();

  /** Takes over what a base came to. */
  merge(other: Accumulator): void {
    this.map.append(other.map.list);
    this.config = mergeConfigs(this.config, other.config);
    mergeVariables(this.variables, other.variables.values());
  }
}

/** A kustomization being built, and those that it stands on. */
export interface Target {
  readonly folder: string;
  readonly found: FoundKustomization;
  readonly originPath: string;
  /** Folders from the first one to this. */
  readonly chain: readonly string[];
}

/** The kustomization in a folder. Throws RENDER_NOT_FOUND where there is none. */
export function openTarget(
  context: BuildContext,
  folder: string,
  originPath: string,
  chain: readonly string[],
): Target {
  if (chain.length >= context.limits.maxDepth) {
    throw beyondLimit(`kustomizations stand on each other more than ${context.limits.maxDepth} deep`);
  }
  const found = context.files.kustomization(folder);
  if (found === undefined) {
    throw notFound(
      `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${folder || '.'}'`,
      { path: folder },
    );
  }
  return { folder, found, originPath, chain: [...chain, folder] };
}

/** Does what a kustomization says, into `into`. */
export function accumulate(context: BuildContext, target: Target, into: Accumulator): void {
  context.budget.spendKustomization();
  applyOpenApi(context, target);
  const { kustomization } = target.found;
  for (const path of kustomization.resources) accumulatePath(context, target, path, into);
  into.config = mergeConfigs(into.config, loadConfigurations(context, target));
  for (const kind of ['ConfigMap', 'Secret'] as const) generateAll(context, target, kind, into);
  runGenerators(context, target, into);
  for (const path of kustomization.components) accumulateComponent(context, target, path, into);
  const origin = (kind: string) =>
    tracksOrigin(context) ? builtinOrigin(target.originPath, target.found.name, kind) : undefined;
  runSteps(into.map, builtinTransformers(context, target, into.config), origin);
  runTransformers(context, target, into);
  addVariables(into.variables, kustomization.vars, into.map);
  if (into.map.list.length > context.limits.maxObjects) {
    throw beyondLimit(`a build holds more than ${context.limits.maxObjects} objects`, { path: target.folder });
  }
}

/** A path in `resources`: a file of resources, or a folder with a kustomization. */
export function accumulatePath(context: BuildContext, target: Target, path: string, into: Accumulator): void {
  const file = kustomizationPath(target);
  if (/^https?:\/\//.test(path)) throw unsupported(`the remote resource '${path}'`, file, { path: file });
  const full = tryJoin(target.folder, path);
  if (full === undefined && isRemote(path)) throw unsupported(`the remote base '${path}'`, file, { path: file });
  const bytes = full === undefined ? undefined : context.files.find(full);
  if (full !== undefined && bytes !== undefined) {
    resolveNamed(target.folder, path, context.rootOnly);
    into.map.append(loadFile(context, target, path, full, bytes));
    return;
  }
  if (isRemote(path)) throw unsupported(`the remote base '${path}'`, file, { path: file });
  const base = openBase(context, target, path);
  if (base.found.kustomization.kind === 'Component') {
    throw invalid(`${file}: expected kind != 'Component' for path '${path}'`, { path: file });
  }
  const below = new Accumulator();
  accumulate(context, base, below);
  into.merge(below);
}

function loadFile(context: BuildContext, target: Target, path: string, full: string, bytes: Uint8Array): Resource[] {
  context.budget.spendBytes(bytes.length);
  let resources: Resource[];
  try {
    resources = readResources(bytes, full);
  } catch (error) {
    if (!isCapstanError(error, 'RENDER_INVALID')) throw error;
    throw invalid(`accumulating resources from '${path}': ${messageOf(error)}`, error.data, error);
  }
  for (const resource of resources) keepNullAnnotations(resource.object, resource.written);
  if (tracksOrigin(context)) {
    for (const resource of resources) resource.origin = { path: joinOrigin(target.originPath, path) };
  }
  return resources;
}

/** The folder that a kustomization stands on. Throws RENDER_INVALID for circles, RENDER_NOT_FOUND for a missing one. */
export function openBase(context: BuildContext, target: Target, path: string): Target {
  const file = kustomizationPath(target);
  if (path === '') throw invalid(`${file}: new root cannot be empty`, { path: file });
  const folder = tryJoin(target.folder, path);
  if (folder === undefined) throw invalid(`${file}: '${path}' is no path inside of the source`, { path: file });
  const circle = target.chain.find((visited) => isWithin(folder, visited));
  if (circle !== undefined) {
    throw invalid(
      `${file}: cycle detected: candidate root '${folder || '.'}' contains visited root '${circle || '.'}'`,
      {
        path: file,
      },
    );
  }
  try {
    return openTarget(context, folder, joinOrigin(target.originPath, path), target.chain);
  } catch (error) {
    if (!isCapstanError(error, 'RENDER_NOT_FOUND')) throw error;
    const line = target.found.lineOf(path);
    throw notFound(
      `${at(file, line)}: accumulating resources from '${path}': there is no such file, and ${error.message}`,
      { path: file, line },
    );
  }
}

function accumulateComponent(context: BuildContext, target: Target, path: string, into: Accumulator): void {
  const file = kustomizationPath(target);
  if (isRemote(path)) throw unsupported(`the remote component '${path}'`, file, { path: file });
  const component = openBase(context, target, path);
  if (component.found.kustomization.kind !== 'Component') {
    throw invalid(
      `${file}: expected kind 'Component' for path '${path}' but got '${component.found.kustomization.kind}'`,
      { path: file },
    );
  }
  accumulate(context, component, into);
}

function generateAll(context: BuildContext, target: Target, kind: 'ConfigMap' | 'Secret', into: Accumulator): void {
  const { kustomization } = target.found;
  const list = kind === 'ConfigMap' ? kustomization.configMapGenerator : kustomization.secretGenerator;
  for (const args of list) {
    const resource = generateOne(context, target, kind, args);
    if (tracksOrigin(context))
      resource.origin = builtinOrigin(target.originPath, target.found.name, `${kind}Generator`);
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

/** Reads files that a kustomization names. */
export function readerOf(context: BuildContext, target: Target): (path: string) => Uint8Array {
  return (path) => {
    const full = resolveNamed(target.folder, path, context.rootOnly);
    const bytes = context.files.find(full);
    if (bytes === undefined) {
      const line = target.found.lineOf(path);
      throw notFound(`${at(kustomizationPath(target), line)}: there is no file '${path}'`, { path: full, line });
    }
    return bytes;
  };
}

/** A file with the line, as messages of the YAML package have it. */
function at(path: string, line: number | undefined): string {
  return line === undefined ? path : `${path}: line ${line}`;
}

/** The path of a target's kustomization file. */
export function kustomizationPath(target: Target): string {
  return target.folder === '' ? target.found.name : `${target.folder}/${target.found.name}`;
}
