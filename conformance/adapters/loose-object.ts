import { isJsonObject, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { z } from 'zod';

/** An object of upstream's tests, which often holds only what the function under test reads: the rest is filled in. */
export const looseObject = z
  .custom<JsonValue>(() => true)
  .refine(isJsonObject)
  .transform(asKubernetesObject);

/** A mapping as an object: apiVersion and kind are empty and metadata is an empty mapping where they are absent. */
export function asKubernetesObject(value: JsonObject): KubernetesObject {
  const { apiVersion, kind, metadata } = value;
  return {
    ...value,
    apiVersion: typeof apiVersion === 'string' ? apiVersion : '',
    kind: typeof kind === 'string' ? kind : '',
    metadata: isJsonObject(metadata) ? metadata : {},
  };
}
