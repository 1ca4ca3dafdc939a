import {
  canonicalJson,
  getKey,
  gvkOf,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';
import { validateTyped, type TypesByKind } from '@capstan/object/merge';
import { onlyGivenFields } from './given-fields.ts';
import { isSecret, normalizeSecret } from './normalize-secret.ts';

/** How an object is made comparable. */
export interface NormalizeRules {
  /** The rules of an aggregated ClusterRole are the server's, and no difference. */
  readonly ignoreAggregatedRoles?: boolean;
}

/**
 * An object without what differs only in writing: a Secret's `stringData`, a role's empty rules, the order within
 * Endpoints, a creation time. Source: argoproj/argo-cd gitops-engine/pkg/diff.
 */
export function normalize(object: KubernetesObject, rules: NormalizeRules = {}): KubernetesObject {
  const { creationTimestamp: _created, ...metadata } = object.metadata;
  const bare = { ...object, metadata };
  const { group, kind } = gvkOf(object);
  if (isSecret(object)) return like(normalizeSecret(bare), bare);
  if (group === 'rbac.authorization.k8s.io' && (kind === 'Role' || kind === 'ClusterRole')) return role(bare, rules);
  if (group === '' && kind === 'Endpoints') return endpoints(bare);
  return bare;
}

/**
 * An object in the form in which the server writes it again, as far as its own fields go: quantities canonical, empty
 * values gone. One that does not fit its type stays as it is, so that what is wrong with it shows.
 */
export function remarshal(
  object: KubernetesObject,
  types: TypesByKind | undefined,
  canonical: (object: KubernetesObject) => KubernetesObject,
): KubernetesObject {
  const type = types?.typeOf(gvkOf(object));
  if (type === undefined || validateTyped(object, type, { allowDuplicates: true }).length > 0) return object;
  return like(onlyGivenFields(object, canonical(object)), object);
}

/** An object without its namespace, and without an empty mapping of annotations: Git need not name either. */
export function withoutNamespace(object: KubernetesObject): KubernetesObject {
  const { namespace: _namespace, annotations, ...metadata } = object.metadata;
  const isEmpty = annotations === null || (isJsonObject(annotations) && Object.keys(annotations).length === 0);
  return { ...object, metadata: annotations === undefined || isEmpty ? metadata : { ...metadata, annotations } };
}

/** A mapping made out of an object, as an object. */
export function like(value: JsonObject, object: KubernetesObject): KubernetesObject {
  const { metadata } = value;
  return {
    ...value,
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: isJsonObject(metadata) ? metadata : {},
  };
}

function role(object: KubernetesObject, rules: NormalizeRules): KubernetesObject {
  const { rules: permissions, ...rest } = object;
  const isAggregated = rules.ignoreAggregatedRoles === true && isJsonObject(object['aggregationRule']);
  const isEmpty = permissions === null || (Array.isArray(permissions) && permissions.length === 0);
  return isAggregated || isEmpty ? like(rest, object) : object;
}

function endpoints(object: KubernetesObject): KubernetesObject {
  const subsets = object['subsets'];
  if (!Array.isArray(subsets)) return object;
  const ordered = (subsets as readonly JsonValue[]).map((subset) => {
    if (!isJsonObject(subset)) return subset;
    const result: Record<string, JsonValue> = { ...subset };
    for (const key of ['addresses', 'notReadyAddresses'] as const)
      if (result[key] !== undefined) result[key] = inOrder(result[key]);
    if (result['ports'] !== undefined) result['ports'] = inOrder(withProtocols(result['ports']));
    return result;
  });
  return { ...object, subsets: inOrder(ordered) };
}

function withProtocols(ports: JsonValue): JsonValue {
  if (!Array.isArray(ports)) return ports;
  return (ports as readonly JsonValue[]).map((port) =>
    isJsonObject(port) && (getKey(port, 'protocol') ?? '') === '' ? { ...port, protocol: 'TCP' } : port,
  );
}

function inOrder(list: JsonValue): JsonValue {
  if (!Array.isArray(list)) return list;
  const keyed = (list as readonly JsonValue[]).map((item) => ({ item, key: canonicalJson(item) }));
  return keyed
    .sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0))
    .map(({ item }) => item);
}
