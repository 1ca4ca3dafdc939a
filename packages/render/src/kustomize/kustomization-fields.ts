import type { Fields } from './shape.ts';

const gvk = { group: 'string', version: 'string', kind: 'string' } as const satisfies Fields;
const resId = {
  group: 'exact string',
  version: 'exact string',
  kind: 'exact string',
  name: 'exact string',
  namespace: 'exact string',
} as const satisfies Fields;
/** Fields of a selector. */
export const selectorFields = {
  ...resId,
  labelSelector: 'string',
  annotationSelector: 'string',
} as const satisfies Fields;
const optionFields = {
  labels: 'texts',
  annotations: 'texts',
  disableNameSuffixHash: 'boolean',
  immutable: 'boolean',
} as const satisfies Fields;
/** Fields of a generator of ConfigMaps; one of Secrets has a type as well. */
export const generatorFields = {
  name: 'exact string',
  namespace: 'exact string',
  behavior: 'exact string',
  literals: { list: 'exact string' },
  files: { list: 'exact string' },
  envs: { list: 'exact string' },
  env: 'exact string',
  options: { fields: optionFields },
} as const satisfies Fields;
/** Fields of a patch. */
export const patchFields = {
  path: 'string',
  patch: 'string',
  target: { fields: selectorFields },
  options: { fields: { allowNameChange: 'boolean', allowKindChange: 'boolean' } },
} as const satisfies Fields;
/** Fields of an entry of `images`. */
export const imageFields = {
  name: 'string',
  newName: 'string',
  tagSuffix: 'string',
  newTag: 'string',
  digest: 'string',
} as const satisfies Fields;
/** Fields of a field spec. */
export const fieldSpecFields = { ...gvk, path: 'string', create: 'boolean' } as const satisfies Fields;
const part = { delimiter: 'string', index: 'integer', encoding: 'string', create: 'boolean' } as const satisfies Fields;

/** Fields of a replacement. */
export const replacementFields = {
  path: 'string',
  source: { fields: { ...resId, fieldPath: 'string', options: { fields: part } } },
  sourceValue: 'exact string',
  targets: {
    list: {
      fields: {
        select: { fields: selectorFields },
        reject: { list: { fields: selectorFields } },
        fieldPaths: 'strings',
        options: { fields: part },
      },
    },
  },
} as const satisfies Fields;

/** Fields of a replacement in a file of its own, where other scalars become texts. */
export const replacementFileFields = { ...replacementFields, sourceValue: 'string' } as const satisfies Fields;

/** Fields of a kustomization. */
export const kustomizationShape = {
  apiVersion: 'string',
  kind: 'string',
  metadata: { fields: { name: 'string', namespace: 'string', labels: 'texts', annotations: 'texts' } },
  openapi: 'texts',
  namePrefix: 'string',
  nameSuffix: 'string',
  namespace: 'string',
  commonLabels: 'texts',
  labels: {
    list: {
      fields: {
        pairs: 'texts',
        includeSelectors: 'boolean',
        includeTemplates: 'boolean',
        fields: { list: { fields: fieldSpecFields } },
      },
    },
  },
  commonAnnotations: 'texts',
  patchesStrategicMerge: 'strings',
  patchesJson6902: { list: { fields: patchFields } },
  patches: { list: { fields: patchFields } },
  images: { list: { fields: imageFields } },
  imageTags: { list: { fields: imageFields } },
  replacements: { list: { fields: replacementFields } },
  replicas: { list: { fields: { name: 'string', count: 'integer' } } },
  vars: {
    list: {
      fields: {
        name: 'string',
        objref: { fields: { apiVersion: 'string', ...resId } },
        fieldref: { fields: { fieldPath: 'string' } },
      },
    },
  },
  sortOptions: {
    fields: {
      order: 'string',
      legacySortOptions: { fields: { orderFirst: 'strings', orderLast: 'strings' } },
    },
  },
  resources: 'strings',
  components: 'strings',
  crds: 'strings',
  bases: 'strings',
  configMapGenerator: { list: { fields: generatorFields } },
  secretGenerator: { list: { fields: { ...generatorFields, type: 'string' } } },
  helmGlobals: { fields: { chartHome: 'string', configHome: 'string' } },
  helmCharts: 'any',
  helmChartInflationGenerator: 'any',
  generatorOptions: { fields: optionFields },
  configurations: 'strings',
  generators: 'strings',
  transformers: 'strings',
  validators: 'strings',
  buildMetadata: 'strings',
} as const satisfies Fields;
