import {
  getKey,
  getPath,
  isJsonObject,
  parseApiVersion,
  type GroupKind,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';
import type { CacheEntry, OwnerRef } from './watch-cache.ts';

/** An object as the cache keeps it. */
export interface StoredObject {
  readonly kind: GroupKind;
  readonly version: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly owners: readonly OwnerRef[];
  readonly deleting: boolean;
  /** May become true when somebody begins to care about an object that is here already. */
  tracked: boolean;
  readonly summary: JsonObject | undefined;
  /** Index and key of each entry in the indexes, in turn. */
  readonly indexed: readonly string[];
  /** The object itself, for as long as it is hot. */
  hot: KubernetesObject | undefined;
  /** The packed object; undefined while it is hot and new, and where it is not tracked or was dropped for the budget. */
  packed: Uint8Array | undefined;
  /** The relist that saw it last. */
  seenIn: number;
}

/** What others see of a stored object. */
export function entryOf(stored: StoredObject): CacheEntry {
  const { kind, version, namespace, name, uid, resourceVersion, owners, deleting, tracked, summary } = stored;
  return {
    ref: { group: kind.group, kind: kind.kind, version, namespace, name },
    uid,
    resourceVersion,
    owners,
    deleting,
    tracked,
    summary,
  };
}

/** The key of an object within its kind. */
export function keyOf(namespace: string, name: string): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** An object without `metadata.managedFields`. */
export function withoutManagedFields(object: KubernetesObject): KubernetesObject {
  if (!Object.hasOwn(object.metadata, 'managedFields')) return object;
  const { managedFields: _dropped, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** The owners that an object names. */
export function ownersOf(object: KubernetesObject): readonly OwnerRef[] {
  const list = getKey(object.metadata, 'ownerReferences');
  if (!Array.isArray(list) || list.length === 0) return NO_OWNERS;
  return (list as readonly JsonValue[]).filter(isJsonObject).map((owner) => ({
    group: parseApiVersion(text(getKey(owner, 'apiVersion'))).group,
    kind: text(getKey(owner, 'kind')),
    name: text(getKey(owner, 'name')),
    uid: text(getKey(owner, 'uid')),
    controller: getKey(owner, 'controller') === true,
  }));
}

/** Freezes a value all the way down, so that one reader cannot change what the next one sees. */
export function deepFreeze<Value extends JsonValue>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value as JsonObject)) if (typeof child === 'object') deepFreeze(child);
  }
  return value;
}

/** A text of an object's metadata; '' where there is none. */
export function metadataText(object: KubernetesObject, key: string): string {
  return text(getPath(object.metadata, key));
}

const NO_OWNERS: readonly OwnerRef[] = [];

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
