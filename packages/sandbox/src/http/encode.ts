import type { KubernetesObject } from '@capstan/object';
import { formatJson } from '../json.ts';
import { apiVersionOf, type Resource } from '../registry/resource.ts';
import type { Stored } from '../store/collection.ts';

/** The JSON of a stored object in a resource's version, kept with it so that it is made once. */
export function encodeStored(resource: Resource, stored: Stored): string {
  const version = apiVersionOf(resource);
  const known = stored.encoded.get(version);
  if (known !== undefined) return known;
  const text = formatJson(resource.fromStorage(stored.object));
  stored.encoded.set(version, text);
  return text;
}

/** Only type and metadata of an object. */
export function metadataOnly(object: KubernetesObject): KubernetesObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}
