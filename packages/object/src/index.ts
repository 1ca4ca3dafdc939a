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
