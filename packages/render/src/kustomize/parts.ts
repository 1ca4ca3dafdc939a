export { fieldSpec, eachField, splitPath, type FieldSpec, type LeafKind } from './field-spec.ts';
export { generate, mergeOptions, splitFileSource, type ReadFile } from './generator.ts';
export type { GeneratorArgs, ReplacementArgs } from './kustomization.ts';
export { parseLabelSelector } from './label-selector.ts';
export { noteSchemas } from './comment-schema.ts';
export { joinOrigin } from './build-context.ts';
export { patchSelected } from './patches.ts';
export { readPatchDocument } from './documents.ts';
export { splitFieldPath } from './replacement-path.ts';
export { parseRepoQuery, parseRepoUrl, type RepoQuery, type RepoUrl } from './repo-url.ts';
export {
  apiVersionOf,
  compareGvk,
  effectiveNamespace,
  formatGvk,
  formatId,
  idKey,
  isSelected,
  joinGvk,
  selectsId,
  splitApiVersion,
  type Gvk,
  type ResourceId,
} from './resource-id.ts';
export { ResourceMap } from './resource-map.ts';
export { Resource } from './resource.ts';
export { runPlugin, type PluginRun } from './run-plugin.ts';
export { builtinScopes } from './schema.ts';
export { compileSelector } from './selector.ts';
export { strategicMerge, takeDirective } from './strategic-merge.ts';
export { findThroughText } from './structured-text.ts';
export { mergeThreeWay } from './three-way-merge.ts';
export { defaultConfig } from './transformer-config.ts';
export { addAffix } from './transformers/affix.ts';
export { contentHash, hashedText } from './transformers/hashes.ts';
export { changeContainers, changeImageFields, changerOf, imageMatcher, splitImage } from './transformers/images.ts';
export { updateNameReferences } from './transformers/name-references.ts';
export { setNamespaceOf } from './transformers/namespace.ts';
export { setPairs } from './transformers/pairs.ts';
export { replaceValues } from './transformers/replacements.ts';
export { setReplicas } from './transformers/replicas.ts';
export { addValueTo } from './transformers/value-add.ts';
export { thaw, type Mapping, type Value } from './value.ts';
export { expand, replaceVariables } from './variables.ts';
export { takeWritten } from './written.ts';
