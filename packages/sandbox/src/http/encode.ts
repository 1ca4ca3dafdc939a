import type { JsonObject, KubernetesObject } from '@capstan/object';
import { formatJson } from '../json.ts';
import { apiVersionOf, type Resource } from '../registry/resource.ts';
import { STORED_FORM, type Stored } from '../store/collection.ts';

/** The JSON of a stored object in a resource's version, kept with it so that it is made once. */
export function encodeStored(resource: Resource, stored: Stored): string {
  const version = apiVersionOf(resource);
  const known = stored.encoded.get(version);
  if (known !== undefined) return known;
  const object = resource.fromStorage(stored.object);
  const text = (object === stored.object ? stored.encoded.get(STORED_FORM) : undefined) ?? formatJson(object);
  stored.encoded.set(version, text);
  return text;
}

/** The JSON of a stored object as an item of a list: built-in kinds leave out there what the list says for all. */
export function encodeItem(resource: Resource, stored: Stored): string {
  if (resource.custom) return encodeStored(resource, stored);
  const key = `${apiVersionOf(resource)} item`;
  const known = stored.encoded.get(key);
  if (known !== undefined) return known;
  const text = formatJson(itemOf(resource, resource.fromStorage(stored.object)));
  stored.encoded.set(key, text);
  return text;
}

/** An object as an item of a list. */
export function itemOf(resource: Resource, object: KubernetesObject): JsonObject {
  if (resource.custom) return object;
  const { apiVersion: _apiVersion, kind: _kind, ...item } = object;
  return item;
}

/** Only type and metadata of an object. */
export function metadataOnly(object: KubernetesObject): KubernetesObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}
