import { isCapstanError } from '@capstan/errors';
import { encodeJson, setKey, type JsonObject, type JsonValue } from '@capstan/object';
import { originAt, tracksOrigin, type BuildContext } from './build-context.ts';
import { builtinGenerators, builtinTransformers } from './builtin-plugins.ts';
import { refuseControlCharacters } from './control-characters.ts';
import { readResources } from './documents.ts';
import { refusedPlugin } from './plugin-refusal.ts';
import { invalid, unsupported } from './problem.ts';
import { formatId, idKey } from './resource-id.ts';
import type { Origin, Resource } from './resource.ts';
import type { Scopes } from './schema.ts';
import { runSteps, type Step } from './steps.ts';
import { Accumulator, accumulatePath, kustomizationPath, type Target } from './target.ts';
import { refuseUnprintable } from './unprintable.ts';
import { field, isMapping, setField } from './value.ts';

/** The field of a kustomization that names a plugin. */
type Role = 'generator' | 'transformer' | 'validator';

/** Runs what `generators` names. Only kustomize's built-in ones; others are refused by name. */
export function runGenerators(context: BuildContext, target: Target, into: Accumulator): void {
  for (const config of loadConfigs(context, target, target.found.kustomization.generators)) {
    const resource = generateFrom(context, target, config);
    if (tracksOrigin(context)) resource.origin = originOf(config);
    into.map.absorb([resource]);
  }
}

/** What one built-in generator makes. Throws RENDER_EXEC_REFUSED, RENDER_UNSUPPORTED or RENDER_INVALID for another plugin. */
export function generateFrom(context: BuildContext, target: Target, config: Resource): Resource {
  return pluginOf(builtinGenerators, 'generator', target, config)({ context, target, config });
}

/** Runs what `transformers` names. Only kustomize's built-in ones; others are refused by name. */
export function runTransformers(context: BuildContext, target: Target, into: Accumulator): void {
  const configs = loadConfigs(context, target, target.found.kustomization.transformers);
  const steps = configs.map((config) => ({ config, step: stepOf(context, target, config) }));
  for (const { config, step } of steps) {
    runSteps(into.map, [step], () => (tracksOrigin(context) ? originOf(config) : undefined));
  }
}

/** The transformation that one built-in plugin is. Throws as `generateFrom` does. */
export function stepOf(context: BuildContext, target: Target, config: Resource, role: Role = 'transformer'): Step {
  const make = pluginOf(builtinTransformers, role, target, config);
  return { kind: config.kind, run: make({ context, target, config }) };
}

const VALIDATED_BY = 'validated-by';

/**
 * Runs what `validators` names: transformers that must change nothing, but may add the label `validated-by`. Throws
 * RENDER_INVALID where one changes something else.
 */
export function runValidators(context: BuildContext, target: Target, into: Accumulator): void {
  const configs = loadConfigs(context, target, target.found.kustomization.validators);
  const steps = configs.map((config) => ({ config, run: stepOf(context, target, config, 'validator').run }));
  for (const { config, run } of steps) {
    const before = new Map(into.map.list.map((resource) => [idKey(resource.id), stateOf(resource)]));
    run(into.map);
    for (const resource of into.map.list) {
      if (before.get(idKey(resource.id)) === stateOf(resource, withoutLabel(resource))) continue;
      const file = kustomizationPath(target);
      throw invalid(
        `${file}: validator shouldn't modify the resource map: ${config.kind} '${config.name}' has changed ${formatId(resource.id)}`,
        { path: file },
      );
    }
  }
}

/** The object with texts for the numbers that JSON cannot hold. */
function printable(value: JsonValue): JsonValue {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => printable(item));
  const copy: Record<string, JsonValue> = {};
  for (const [key, item] of Object.entries(value)) setKey(copy, key, printable(item));
  return copy;
}

/** All of a resource that kustomize holds in the object itself, its notes included. */
function stateOf({ previous, prefixes, suffixes, object }: Resource, shown: JsonObject = object): string {
  return encodeJson([printable(shown), previous.map((id) => idKey(id)), prefixes, suffixes]);
}

/**
 * A validated resource as kustomize compares it. Labels beside `validated-by` are written anew there, so that they never
 * equal those before.
 */
function withoutLabel(resource: Resource): JsonObject {
  const metadata = field(resource.object, 'metadata');
  const labels = isMapping(metadata) ? field(metadata, 'labels') : undefined;
  if (!isMapping(labels) || field(labels, VALIDATED_BY) === undefined || Object.keys(labels).length > 1)
    return resource.object;
  const copy = resource.copy();
  setField(copy.metadata(), 'labels', undefined);
  return copy.object;
}

function loadConfigs(context: BuildContext, target: Target, entries: readonly string[]): readonly Resource[] {
  const configs = new Accumulator();
  const paths: string[] = [];
  for (const entry of entries) {
    const inline = inlineConfigs(entry, kustomizationPath(target), context.schema);
    if (inline === undefined) {
      paths.push(entry);
      continue;
    }
    context.schema.meet(inline);
    for (const config of inline) config.origin = originAt(target.origin, target.found.name);
    configs.map.append(inline);
  }
  // Those that stand in the kustomization itself come first, wherever they stand in the list.
  for (const path of paths) accumulatePath(context, target, path, configs);
  return configs.map.list;
}

function inlineConfigs(entry: string, path: string, scopes: Scopes): Resource[] | undefined {
  try {
    return readResources(entry, path, scopes);
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    return undefined;
  }
}

/** Kustomize's built-in plugins that we do not have yet; other names of built-in ones are wrong there too. */
const NOT_YET = ['HelmChartInflationGenerator'];

function pluginOf<Plugin>(
  plugins: Readonly<Record<string, Plugin>>,
  role: Role,
  target: Target,
  config: Resource,
): Plugin {
  const file = kustomizationPath(target);
  const { apiVersion, kind, place } = config;
  if (apiVersion !== 'builtin') throw refusedPlugin(role, config, file);
  const plugin = Object.hasOwn(plugins, kind) ? plugins[kind] : undefined;
  if (plugin !== undefined) {
    refuseUnprintable([config]);
    refuseControlCharacters(config.object, `${file}: ${kind} ${config.name}`, place.path);
    return plugin;
  }
  if (NOT_YET.includes(kind)) throw unsupported(`the ${role} ${kind}`, file, { path: place.path });
  throw invalid(`${file}: unable to load builtin ${kind}.builtin.[noGrp]`, { path: place.path });
}

function originOf(config: Resource): Origin {
  const { apiVersion, kind, name, namespace, origin } = config;
  return {
    ...(origin?.repo === undefined ? {} : { repo: origin.repo }),
    ...(origin?.ref === undefined ? {} : { ref: origin.ref }),
    ...(origin?.path === undefined ? {} : { configuredIn: origin.path }),
    configuredBy: { apiVersion, kind, name, ...(namespace === '' ? {} : { namespace }) },
  };
}
