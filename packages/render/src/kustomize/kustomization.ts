import type { JsonObject, JsonValue } from '@capstan/object';
import { refuseControlCharacters } from './control-characters.ts';
import { invalid, unsupported } from './problem.ts';
import { kustomizationShape } from './kustomization-fields.ts';
import { readShape } from './shape.ts';
import type { ImageChange } from './transformers/images.ts';
import type { Selector } from './selector.ts';

/** Names under which a kustomization file is found. */
export const KUSTOMIZATION_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;

/** Fields of `generatorOptions` and of a generator's `options`. */
export interface GeneratorOptions {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly disableNameSuffixHash?: boolean;
  readonly immutable?: boolean;
}

/** An entry of `configMapGenerator` or `secretGenerator`. */
export interface GeneratorArgs {
  readonly name?: string;
  readonly namespace?: string;
  readonly behavior?: string;
  readonly type?: string;
  readonly literals?: readonly string[];
  readonly files?: readonly string[];
  readonly envs?: readonly string[];
  readonly env?: string;
  readonly options?: GeneratorOptions;
}

/** An entry of `patches` or `patchesJson6902`. */
export interface PatchArgs {
  readonly path?: string;
  readonly patch?: string;
  readonly target?: Selector;
  readonly options?: { readonly allowNameChange?: boolean; readonly allowKindChange?: boolean };
}

/** A field spec as it is written. */
export interface WrittenFieldSpec {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly path?: string;
  readonly create?: boolean;
}

/** An entry of `labels`. */
export interface LabelArgs {
  readonly pairs?: Readonly<Record<string, string>>;
  readonly includeSelectors?: boolean;
  readonly includeTemplates?: boolean;
  readonly fields?: readonly WrittenFieldSpec[];
}

/** How a replacement takes a part of a value. */
export interface ReplacementOptions {
  readonly delimiter?: string;
  readonly index?: number | bigint;
  readonly encoding?: string;
  readonly create?: boolean;
}

/** An entry of `replacements`, or the content of the file that it names. */
export interface ReplacementArgs {
  readonly path?: string;
  readonly source?: Selector & { readonly fieldPath?: string; readonly options?: ReplacementOptions };
  readonly sourceValue?: string;
  readonly targets?: readonly {
    readonly select?: Selector;
    readonly reject?: readonly Selector[];
    readonly fieldPaths?: readonly string[];
    readonly options?: ReplacementOptions;
  }[];
}

/** An entry of `vars`. */
export interface VarArgs {
  readonly name: string;
  readonly objref: Selector & { readonly apiVersion?: string };
  readonly fieldref?: { readonly fieldPath?: string };
}

/** A kustomization file, its deprecated fields moved to where they belong. */
export interface Kustomization {
  readonly apiVersion: string;
  readonly kind: string;
  readonly resources: readonly string[];
  readonly components: readonly string[];
  readonly crds: readonly string[];
  readonly configurations: readonly string[];
  readonly generators: readonly string[];
  readonly transformers: readonly string[];
  readonly validators: readonly string[];
  readonly namePrefix: string;
  readonly nameSuffix: string;
  readonly namespace: string;
  readonly commonLabels: Readonly<Record<string, string>>;
  readonly commonAnnotations: Readonly<Record<string, string>>;
  readonly labels: readonly LabelArgs[];
  readonly patches: readonly PatchArgs[];
  readonly patchesStrategicMerge: readonly string[];
  readonly patchesJson6902: readonly PatchArgs[];
  readonly images: readonly ImageChange[];
  readonly replicas: readonly { readonly name?: string; readonly count?: number | bigint }[];
  readonly replacements: readonly ReplacementArgs[];
  readonly vars: readonly VarArgs[];
  readonly configMapGenerator: readonly GeneratorArgs[];
  readonly secretGenerator: readonly GeneratorArgs[];
  readonly generatorOptions?: GeneratorOptions;
  readonly buildMetadata: readonly string[];
  readonly openapi?: { readonly path?: string; readonly version?: string };
  readonly sortOptions?: {
    readonly order?: string;
    readonly legacySortOptions?: { readonly orderFirst?: readonly string[]; readonly orderLast?: readonly string[] };
  };
}

const VERSIONS: Readonly<Record<string, string>> = {
  Kustomization: 'kustomize.config.k8s.io/v1beta1',
  Component: 'kustomize.config.k8s.io/v1alpha1',
};
const NOT_YET = ['helmCharts', 'helmChartInflationGenerator'] as const;
/** Fields that kustomize passes on to its plugins. */
const AS_JSON = [
  ...['namespace', 'namePrefix', 'nameSuffix', 'labels', 'commonLabels', 'commonAnnotations', 'images', 'imageTags'],
  ...['replicas', 'replacements', 'patches', 'patchesStrategicMerge', 'patchesJson6902'],
  ...['configMapGenerator', 'secretGenerator'],
];

/**
 * Reads a kustomization as kustomize 5.8.1 does. Throws RENDER_INVALID for what kustomize refuses, RENDER_UNSUPPORTED for
 * fields that are not honoured yet; `path` names the file.
 */
export function readKustomization(value: JsonValue, path: string): Kustomization {
  const read = readShape(value, kustomizationShape, path);
  checkKind(read, path);
  for (const name of NOT_YET) {
    const found = read[name];
    const isEmpty = Array.isArray(found) ? found.length === 0 : found === undefined;
    if (!isEmpty) throw unsupported(name, path, { path });
  }
  for (const [name, field] of Object.entries(read)) {
    if (AS_JSON.includes(name)) refuseControlCharacters(field, `${path}: ${name}`, path);
  }
  const kind = read.kind ?? 'Kustomization';
  return {
    ...empty,
    ...read,
    kind,
    apiVersion: read.apiVersion ?? VERSIONS[kind] ?? '',
    resources: [...(read.resources ?? []), ...(read.bases ?? [])],
    images: [...(read.images ?? []), ...(read.imageTags ?? [])],
    vars: (read.vars ?? []).map(({ name = '', objref = {}, ...rest }) => ({ name, objref, ...rest })),
    configMapGenerator: (read.configMapGenerator ?? []).map(withEnv),
    secretGenerator: (read.secretGenerator ?? []).map(withEnv),
  };
}

const empty: Kustomization = {
  apiVersion: '',
  kind: '',
  resources: [],
  components: [],
  crds: [],
  configurations: [],
  generators: [],
  transformers: [],
  validators: [],
  namePrefix: '',
  nameSuffix: '',
  namespace: '',
  commonLabels: {},
  commonAnnotations: {},
  labels: [],
  patches: [],
  patchesStrategicMerge: [],
  patchesJson6902: [],
  images: [],
  replicas: [],
  replacements: [],
  vars: [],
  configMapGenerator: [],
  secretGenerator: [],
  buildMetadata: [],
};

function withEnv(args: GeneratorArgs): GeneratorArgs {
  return args.env === undefined || args.env === '' ? args : { ...args, envs: [...(args.envs ?? []), args.env] };
}

function checkKind(read: JsonObject, path: string): void {
  const kind = typeof read['kind'] === 'string' && read['kind'] !== '' ? read['kind'] : 'Kustomization';
  const version = VERSIONS[kind];
  const apiVersion = read['apiVersion'];
  const problems: string[] = [];
  if (version === undefined) problems.push('kind should be Kustomization or Component');
  const wanted = version ?? 'kustomize.config.k8s.io/v1beta1';
  if (typeof apiVersion === 'string' && apiVersion !== '' && apiVersion !== wanted) {
    problems.push(`apiVersion for ${kind} should be ${wanted}`);
  }
  if (!Object.entries(read).some(([key, value]) => meansSomething(key, value)))
    throw invalid(`${path}: kustomization.yaml is empty`, { path });
  if (problems.length > 0) {
    throw invalid(`Failed to read kustomization file ${path}:\n${problems.join('\n')}`, { path });
  }
}

/** Legacy lists go into others, so that empty ones are nothing to kustomize; other empty lists and mappings are something. */
function meansSomething(key: string, value: JsonValue): boolean {
  if (key === 'apiVersion' || key === 'kind' || value === '') return false;
  return !((key === 'bases' || key === 'imageTags') && Array.isArray(value) && value.length === 0);
}
