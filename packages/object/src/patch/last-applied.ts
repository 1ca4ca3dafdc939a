import { encodeJson } from '../json/encode-json.ts';
import { parseJson } from '../json/parse-json.ts';
import { getKey, getPath, isJsonObject, setKey, type JsonObject, type JsonValue } from '../json-value.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { patchInvalid } from './patch-invalid.ts';

/** The annotation in which client-side apply keeps what was applied last. */
export const LAST_APPLIED_ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';

/** The object with its own text in the last-applied annotation, byte for byte as kubectl writes it. */
export function withLastApplied(object: KubernetesObject): KubernetesObject {
  const annotations: Record<string, JsonValue> = {};
  const present = getKey(object.metadata, 'annotations');
  for (const [key, value] of Object.entries(isJsonObject(present) ? present : {})) {
    if (key !== LAST_APPLIED_ANNOTATION) setKey(annotations, key, value);
  }
  const bare: KubernetesObject = { ...object, metadata: { ...object.metadata, annotations } };
  const text = `${encodeJson(bare)}\n`;
  return { ...bare, metadata: { ...bare.metadata, annotations: { ...annotations, [LAST_APPLIED_ANNOTATION]: text } } };
}

/**
 * What was applied last to a live object: an empty mapping where nothing was.
 * Throws PATCH_INVALID where the annotation holds no JSON mapping.
 */
export function lastAppliedOf(live: KubernetesObject): JsonObject {
  const text = getPath(live.metadata, 'annotations', LAST_APPLIED_ANNOTATION);
  if (typeof text !== 'string' || text === '') return {};
  const value = parseJson(text, { where: LAST_APPLIED_ANNOTATION });
  if (!isJsonObject(value)) throw patchInvalid(`the annotation ${LAST_APPLIED_ANNOTATION} holds no mapping`);
  return value;
}
