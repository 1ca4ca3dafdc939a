export {
  getKey,
  getPath,
  isJsonObject,
  setKey,
  type JsonArray,
  type JsonObject,
  type JsonValue,
} from './json-value.ts';
export {
  formatApiVersion,
  formatRef,
  gvkOf,
  parseApiVersion,
  refKey,
  refOf,
  type GroupKind,
  type GroupVersionKind,
  type KubernetesObject,
  type ObjectMeta,
  type ObjectRef,
  type VersionedRef,
} from './kubernetes-object.ts';
export { LOCAL_CLUSTER, targetKey, type ClusterId, type Identity, type Target } from './target.ts';
export { compareUtf8 } from './json/compare-utf8.ts';
export { deepClone } from './json/deep-clone.ts';
export { deepEqual } from './json/deep-equal.ts';
export { digestJson } from './json/digest-json.ts';
export { canonicalJson, encodeJson, type EncodeJsonOptions } from './json/encode-json.ts';
export { formatJsonPath, MAX_JSON_DEPTH, parseJson, type ParseJsonOptions } from './json/parse-json.ts';
export { parseObject } from './parse-object.ts';
export { sha256, sha256Hex } from './sha256.ts';
export { durationMilliseconds, formatDuration, parseDuration } from './duration.ts';
export {
  canonicalQuantity,
  compareQuantities,
  parseQuantity,
  quantityOf,
  quantityToNumber,
  type Quantity,
  type QuantityFormat,
} from './quantity.ts';
export { applyJsonPatch, MAX_JSON_PATCH_COPIED_BYTES, MAX_JSON_PATCH_OPERATIONS } from './patch/json-patch.ts';
export { createStrategicMergePatch, createThreeWayStrategicMergePatch } from './patch/create-strategic-merge-patch.ts';
export { LAST_APPLIED_ANNOTATION, lastAppliedOf, withLastApplied } from './patch/last-applied.ts';
export {
  mergeMetadataFromOpenApi,
  mergeMetadataFromSchema,
  type FieldMergeMetadata,
  type MergeMetadata,
} from './patch/merge-metadata.ts';
export { applyMergePatch, createMergePatch } from './patch/merge-patch.ts';
export { applyStrategicMergePatch } from './patch/strategic-merge-patch.ts';
export { createThreeWayMergePatch, type ThreeSides } from './patch/three-way-merge-patch.ts';
export {
  applyServerSide,
  decodeFieldsV1,
  decodeManagedFields,
  deducedTypes,
  encodeFieldsV1,
  encodeManagedFields,
  FieldSet,
  fieldElement,
  firstOf,
  formatPath,
  fromCrd,
  fromOpenApi,
  keyElementOf,
  recordUpdate,
  resetFieldsOf,
  valueElement,
  type ApplyConflict,
  type ApplyConflicts,
  type FieldFilter,
  type ManagedFields,
  type ManagerIdentity,
  type OwnershipRules,
  type Path,
  type PathElement,
  type ServerSideApplied,
  type ServerSideApply,
  type TypesByKind,
  type UpdateRecord,
  type UpdateRecording,
} from './merge/index.ts';
