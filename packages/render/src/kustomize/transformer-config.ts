import {
  commonAnnotations,
  commonLabels,
  images,
  namePrefix,
  namespace,
  replicas,
  templateLabels,
} from './default-fields.ts';
import { nameReferences } from './name-references.ts';
import { varReferences } from './var-references.ts';
import { mergeFieldSpecs, sortFieldSpecs, type FieldSpec } from './field-spec.ts';
import { compareGvk, type Gvk } from './resource-id.ts';

/** Fields that hold the name of a resource of one kind. */
export interface NameReference extends Gvk {
  readonly referrers: readonly FieldSpec[];
}

/** The field specs that transformers work with: the built-in ones and those of `configurations` and `crds`. */
export interface TransformerConfig {
  readonly namePrefix: readonly FieldSpec[];
  readonly nameSuffix: readonly FieldSpec[];
  readonly namespace: readonly FieldSpec[];
  readonly commonLabels: readonly FieldSpec[];
  readonly labels: readonly FieldSpec[];
  readonly templateLabels: readonly FieldSpec[];
  readonly commonAnnotations: readonly FieldSpec[];
  readonly nameReference: readonly NameReference[];
  readonly varReference: readonly FieldSpec[];
  readonly images: readonly FieldSpec[];
  readonly replicas: readonly FieldSpec[];
}

/** No field specs at all. */
export const emptyConfig: TransformerConfig = {
  namePrefix: [],
  nameSuffix: [],
  namespace: [],
  commonLabels: [],
  labels: [],
  templateLabels: [],
  commonAnnotations: [],
  nameReference: [],
  varReference: [],
  images: [],
  replicas: [],
};

/** Kustomize's built-in field specs. */
export const defaultConfig: TransformerConfig = sortedConfig({
  namePrefix,
  nameSuffix: namePrefix,
  namespace,
  commonLabels,
  labels: [],
  templateLabels,
  commonAnnotations,
  nameReference: nameReferences,
  varReference: varReferences,
  images,
  replicas,
});

/** Results of merging, which come up again for each base. */
const known = new WeakMap<TransformerConfig, WeakMap<TransformerConfig, TransformerConfig>>();

/**
 * Both together; specs of `a` stand before and keep more general ones of `b` out, even where `a` is empty, since those of
 * `b` are taken one by one in their order. Throws RENDER_INVALID where they contradict each other.
 */
export function mergeConfigs(a: TransformerConfig, b: TransformerConfig): TransformerConfig {
  if (a === b || b === emptyConfig) return a;
  const merged = known.get(a)?.get(b) ?? mergeAll(a, b);
  const results = known.get(a) ?? new WeakMap<TransformerConfig, TransformerConfig>();
  known.set(a, results.set(b, merged));
  return merged;
}

function mergeAll(a: TransformerConfig, b: TransformerConfig): TransformerConfig {
  return sortedConfig({
    namePrefix: mergeFieldSpecs(a.namePrefix, b.namePrefix),
    nameSuffix: mergeFieldSpecs(a.nameSuffix, b.nameSuffix),
    namespace: mergeFieldSpecs(a.namespace, b.namespace),
    commonLabels: mergeFieldSpecs(a.commonLabels, b.commonLabels),
    labels: mergeFieldSpecs(a.labels, b.labels),
    templateLabels: mergeFieldSpecs(a.templateLabels, b.templateLabels),
    commonAnnotations: mergeFieldSpecs(a.commonAnnotations, b.commonAnnotations),
    nameReference: mergeNameReferences(a.nameReference, b.nameReference),
    varReference: mergeFieldSpecs(a.varReference, b.varReference),
    images: mergeFieldSpecs(a.images, b.images),
    replicas: mergeFieldSpecs(a.replicas, b.replicas),
  });
}

function mergeNameReferences(a: readonly NameReference[], b: readonly NameReference[]): NameReference[] {
  let merged = [...a];
  for (const other of b) {
    const same = (known: NameReference) =>
      known.group === other.group && known.version === other.version && known.kind === other.kind;
    if (!merged.some(same)) merged.push(other);
    else {
      merged = merged.map((known) =>
        same(known) ? { ...known, referrers: mergeFieldSpecs(known.referrers, other.referrers) } : known,
      );
    }
  }
  return merged;
}

/** A configuration with its parts in kustomize's order. */
export function sortedConfig(config: TransformerConfig): TransformerConfig {
  return {
    namePrefix: sortFieldSpecs(config.namePrefix),
    nameSuffix: sortFieldSpecs(config.nameSuffix),
    namespace: sortFieldSpecs(config.namespace),
    commonLabels: sortFieldSpecs(config.commonLabels),
    labels: sortFieldSpecs(config.labels),
    templateLabels: sortFieldSpecs(config.templateLabels),
    commonAnnotations: sortFieldSpecs(config.commonAnnotations),
    nameReference: [...config.nameReference].sort(compareGvk),
    varReference: sortFieldSpecs(config.varReference),
    images: sortFieldSpecs(config.images),
    replicas: sortFieldSpecs(config.replicas),
  };
}
