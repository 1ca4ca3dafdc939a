import { isCapstanError } from '@capstan/errors';
import { getKey, isJsonObject, type JsonObject, type JsonValue } from '@capstan/object';
import { originAt, tracksOrigin, type BuildContext } from './build-context.ts';
import { readConfigFile, readResources } from './documents.ts';
import type { FieldSpec } from './field-spec.ts';
import type { GeneratorArgs, PatchArgs, ReplacementArgs, WrittenFieldSpec } from './kustomization.ts';
import { generateIamPolicy } from './iam-policy.ts';
import { invalid, unsupported } from './problem.ts';
import type { ResourceMap } from './resource-map.ts';
import type { Origin, Resource } from './resource.ts';
import {
  jsonPatchStep,
  patchStep,
  replacementStep,
  runSteps,
  strategicMergeStep,
  toFieldSpec,
  type Step,
} from './steps.ts';
import { Accumulator, accumulatePath, generateOne, kustomizationPath, readerOf, type Target } from './target.ts';
import { addAffix } from './transformers/affix.ts';
import { addHashes } from './transformers/hashes.ts';
import { changeImages, type ImageChange } from './transformers/images.ts';
import { setNamespace, type SubjectMode } from './transformers/namespace.ts';
import { setPairs } from './transformers/pairs.ts';
import { setReplicas } from './transformers/replicas.ts';
import { addValue, readValueAddTargets } from './transformers/value-add.ts';
import { field, scalarText, setField, type Mapping, type Value } from './value.ts';

/** Runs what `generators` names. Only kustomize's built-in ones; others are refused by name. */
export function runGenerators(context: BuildContext, target: Target, into: Accumulator): void {
  for (const config of loadConfigs(context, target, target.found.kustomization.generators)) {
    const resource = generateFrom(context, target, config);
    if (tracksOrigin(context)) resource.origin = originOf(config);
    into.map.absorb([resource]);
  }
}

/** What one built-in generator makes. Throws RENDER_UNSUPPORTED or RENDER_INVALID for a plugin that is none. */
export function generateFrom(context: BuildContext, target: Target, config: Resource): Resource {
  const kind = builtinKind(config, target);
  const object = config.object as JsonObject;
  if (kind === 'IAMPolicyGenerator') return generateIamPolicy(object, config.place);
  if (kind !== 'ConfigMapGenerator' && kind !== 'SecretGenerator') {
    throw unknownKind('generator', kind, target, config);
  }
  const args: GeneratorArgs = {
    ...(object as GeneratorArgs),
    name: textOf(object, 'name') || config.name,
    namespace: textOf(object, 'namespace') || config.namespace,
  };
  return generateOne(context, withoutOptions(target), kind === 'SecretGenerator' ? 'Secret' : 'ConfigMap', args);
}

/** Runs what `transformers` names. Only kustomize's built-in ones; others are refused by name. */
export function runTransformers(context: BuildContext, target: Target, into: Accumulator): void {
  for (const config of loadConfigs(context, target, target.found.kustomization.transformers)) {
    const step = stepOf(context, target, config);
    runSteps(into.map, [step], () => (tracksOrigin(context) ? originOf(config) : undefined));
  }
}

/** `generatorOptions` hold for the fields of a kustomization, not for generators in files of their own. */
function withoutOptions(target: Target): Target {
  const { generatorOptions: _, ...kustomization } = target.found.kustomization;
  return { ...target, found: { ...target.found, kustomization } };
}

function loadConfigs(context: BuildContext, target: Target, entries: readonly string[]): readonly Resource[] {
  const configs = new Accumulator();
  for (const entry of entries) {
    const inline = inlineConfigs(entry, kustomizationPath(target));
    if (inline === undefined) accumulatePath(context, target, entry, configs);
    else {
      for (const config of inline) config.origin = originAt(target.origin, target.found.name);
      configs.map.append(inline);
    }
  }
  return configs.map.list;
}

function inlineConfigs(entry: string, path: string): Resource[] | undefined {
  try {
    return readResources(entry, path);
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    return undefined;
  }
}

function builtinKind(config: Resource, target: Target): string {
  if (config.apiVersion !== 'builtin') {
    throw unsupported(`the plugin ${config.apiVersion}/${config.kind}`, kustomizationPath(target), {
      path: config.place.path,
    });
  }
  return config.kind;
}

/** Kustomize's built-in plugins that we do not have yet; other names of built-in ones are wrong there too. */
const NOT_YET = ['HelmChartInflationGenerator'];

function unknownKind(what: string, kind: string, target: Target, config: Resource) {
  const file = kustomizationPath(target);
  if (NOT_YET.includes(kind)) return unsupported(`the ${what} ${kind}`, file, { path: config.place.path });
  return invalid(`${file}: unable to load builtin ${kind}.builtin.[noGrp]`, { path: config.place.path });
}

const NAMES = [
  ...['path', 'patch', 'target', 'options', 'paths', 'patches', 'jsonOp', 'prefix', 'suffix', 'labels', 'annotations'],
  ...['fieldSpecs', 'replica', 'imageTag', 'replacements', 'unsetOnly', 'setRoleBindingSubjects'],
  ...['value', 'targets', 'targetFilePath'],
];

/** Go reads the fields of a plugin's configuration without regard to case. */
function withKnownNames(object: Mapping): Mapping {
  const known: Mapping = {};
  for (const key of Object.keys(object)) {
    const name = NAMES.find((wanted) => wanted.toLowerCase() === key.toLowerCase());
    setField(known, name ?? key, field(object, key));
  }
  return known;
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

function textOf(object: JsonObject, key: string): string {
  const value = getKey(object, key);
  return typeof value === 'string' ? value : '';
}

function textsOf(object: JsonObject, key: string): Record<string, string> {
  const value = getKey(object, key);
  if (!isJsonObject(value)) return {};
  const texts: Record<string, string> = {};
  for (const [name, text] of Object.entries(value)) setField(texts, name, scalarText(text as Value) ?? '');
  return texts;
}

function specsOf(object: JsonObject, key = 'fieldSpecs'): FieldSpec[] {
  const value = getKey(object, key);
  if (!Array.isArray(value)) return [];
  return (value as readonly JsonValue[]).map((item) =>
    toFieldSpec(isJsonObject(item) ? (item as WrittenFieldSpec) : {}),
  );
}

function stringsOf(object: JsonObject, key: string): string[] {
  const value = getKey(object, key);
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter((item) => typeof item === 'string') : [];
}

function listOf(object: JsonObject, key: string): readonly JsonValue[] {
  const value = getKey(object, key);
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

function objectOf(object: JsonObject, key: string): JsonObject {
  const value = getKey(object, key);
  return isJsonObject(value) ? value : {};
}

type MakeStep = (context: BuildContext, target: Target, config: Resource) => (map: ResourceMap) => void;

const makers: Readonly<Record<string, MakeStep>> = {
  NamespaceTransformer: (_context, _target, { object, namespace }) => {
    const subjects = textOf(object, 'setRoleBindingSubjects');
    if (subjects !== '' && !['defaultOnly', 'allServiceAccounts', 'none'].includes(subjects)) {
      throw invalid(
        `invalid value "${subjects}" for setRoleBindingSubjects: must be one of "defaultOnly", "none" or "allServiceAccounts"`,
      );
    }
    const options = {
      namespace,
      fieldSpecs: specsOf(object),
      unsetOnly: object['unsetOnly'] === true,
      subjects: (subjects === '' ? 'defaultOnly' : subjects) as SubjectMode,
    };
    return (map) => setNamespace(map, options);
  },
  PrefixTransformer:
    (_context, _target, { object }) =>
    (map) =>
      addAffix(map, 'prefix', textOf(object, 'prefix'), specsOf(object)),
  SuffixTransformer:
    (_context, _target, { object }) =>
    (map) =>
      addAffix(map, 'suffix', textOf(object, 'suffix'), specsOf(object)),
  PrefixSuffixTransformer:
    (_context, _target, { object }) =>
    (map) => {
      addAffix(map, 'prefix', textOf(object, 'prefix'), specsOf(object));
      addAffix(map, 'suffix', textOf(object, 'suffix'), specsOf(object));
    },
  LabelTransformer:
    (_context, _target, { object }) =>
    (map) =>
      setPairs(map, textsOf(object, 'labels'), specsOf(object)),
  AnnotationsTransformer:
    (_context, _target, { object }) =>
    (map) =>
      setPairs(map, textsOf(object, 'annotations'), specsOf(object)),
  ReplicaCountTransformer: (_context, _target, { object }) => {
    const replica = objectOf(object, 'replica');
    const count = getKey(replica, 'count');
    return (map) => setReplicas(map, textOf(replica, 'name'), typeof count === 'number' ? count : 0, specsOf(object));
  },
  ImageTagTransformer: (_context, _target, { object }) => {
    const image = textsOf(object, 'imageTag') as unknown as ImageChange;
    return (map) => changeImages(map, { ...image, name: image.name ?? '' }, specsOf(object));
  },
  HashTransformer: () => addHashes,
  PatchTransformer: (context, target, { object }) => patchStep(context, target, object).run,
  PatchStrategicMergeTransformer: (context, target, { object }) =>
    strategicMergeStep(context, target, stringsOf(object, 'paths'), textOf(object, 'patches')).run,
  PatchJson6902Transformer: (context, target, { object }) =>
    jsonPatchStep(context, target, { ...(object as PatchArgs), patch: textOf(object, 'jsonOp') }).run,
  ValueAddTransformer: (context, target, { object }) => {
    const path = textOf(object, 'targetFilePath');
    const more = path === '' ? {} : readConfigFile(readerOf(context, target)(path), path);
    const targets = readValueAddTargets([
      ...listOf(object, 'targets'),
      ...(isJsonObject(more) ? listOf(more, 'targets') : []),
    ]);
    if (targets.length === 0) throw invalid(`${kustomizationPath(target)}: must specify at least one target`);
    // Without a value, the folder's name stands for it.
    const value = textOf(object, 'value').trim() || target.folder.slice(target.folder.lastIndexOf('/') + 1) || '/';
    return (map) => addValue(map, value, targets);
  },
  ReplacementTransformer: (context, target, { object }) => {
    return replacementStep(context, target, listOf(object, 'replacements') as readonly ReplacementArgs[]).run;
  },
};

/** The transformation that one built-in plugin is. Throws RENDER_INVALID or RENDER_UNSUPPORTED for one that is none. */
export function stepOf(context: BuildContext, target: Target, config: Resource): Step {
  const kind = builtinKind(config, target);
  const make = Object.hasOwn(makers, kind) ? makers[kind] : undefined;
  if (make === undefined) throw unknownKind('transformer', kind, target, config);
  config.object = withKnownNames(config.object);
  return { kind, run: make(context, target, config) };
}
