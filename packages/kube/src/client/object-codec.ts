import { CapstanError } from '@capstan/errors';
import { encodeJson, isJsonObject, parseJson, type JsonObject, type JsonValue } from '@capstan/object';
import type { KubernetesObject } from '@capstan/object';

const WHERE = 'the answer of the Kubernetes API';

/** Writes a value as JSON, as the server reads it. */
export function encodeBody(value: JsonValue): string {
  return encodeJson(value, { escapeHtml: false });
}

/** Reads JSON that a server sent and that must be a mapping. Throws JSON_INVALID. */
export function decodeMapping(text: string): JsonObject {
  const value = parseJson(text, { where: WHERE });
  if (!isJsonObject(value)) throw new CapstanError('JSON_INVALID', `${WHERE} is JSON, but no object`);
  return value;
}

/** A mapping as a Kubernetes object. Throws OBJECT_INVALID where apiVersion, kind or metadata are missing. */
export function asObject(value: JsonValue | undefined): KubernetesObject {
  if (isJsonObject(value) && isObject(value)) return value;
  throw new CapstanError('OBJECT_INVALID', `${WHERE} is no Kubernetes object`);
}

function isObject(value: JsonObject): value is KubernetesObject {
  return (
    Object.hasOwn(value, 'apiVersion') &&
    typeof value['apiVersion'] === 'string' &&
    Object.hasOwn(value, 'kind') &&
    typeof value['kind'] === 'string' &&
    Object.hasOwn(value, 'metadata') &&
    isJsonObject(value['metadata'])
  );
}
