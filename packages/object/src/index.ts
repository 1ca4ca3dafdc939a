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
