import { setKey, type JsonArray, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import type { Resource } from './resource.ts';

/**
 * `next`, made of the parts of `old` wherever the two are equal: what comes after (ownership, validation, generation,
 * comparison) then sees at once what did not change, and history holds it once. Gives `old` itself where all is equal.
 */
export function sharing(next: KubernetesObject, old: KubernetesObject): KubernetesObject {
  return shared(next, old) as KubernetesObject;
}

function shared(next: JsonValue, old: JsonValue | undefined): JsonValue {
  if (next === old || typeof next !== 'object' || next === null) return next;
  if (typeof old !== 'object' || old === null) return next;
  if (Array.isArray(next)) return Array.isArray(old) ? sharedList(next as JsonArray, old as JsonArray) : next;
  return Array.isArray(old) ? next : sharedMapping(next as JsonObject, old as JsonObject);
}

function sharedList(next: JsonArray, old: JsonArray): JsonArray {
  let isSame = next.length === old.length;
  const items = next.map((item, index) => {
    const kept = shared(item, old[index]);
    if (kept !== old[index]) isSame = false;
    return kept;
  });
  return isSame ? old : items;
}

function sharedMapping(next: JsonObject, old: JsonObject): JsonObject {
  const keys = Object.keys(next);
  let isSame = keys.length === Object.keys(old).length;
  let copy: Record<string, JsonValue> | undefined;
  for (const key of keys) {
    const item = next[key] ?? null;
    const before = Object.hasOwn(old, key) ? old[key] : undefined;
    const kept = shared(item, before);
    if (kept !== before) isSame = false;
    if (kept !== item) setKey((copy ??= { ...next }), key, kept);
  }
  return isSame ? old : (copy ?? next);
}

/** Kinds of which defaults look at the spec to fill in what lies beside it. */
const SPEC_REACHES_OUT = new Set(['ReplicationController', 'CustomResourceDefinition', 'APIService']);

/**
 * Decodes and defaults an object that is to replace `old`. A spec that is the very one of `old`, as in a write of the
 * status, has been through that already.
 */
export function decodeUpdate(
  resource: Resource,
  given: KubernetesObject,
  old: KubernetesObject,
  check: (object: KubernetesObject) => KubernetesObject,
): KubernetesObject {
  const { spec, ...rest } = given;
  if (spec === undefined || spec !== old['spec'] || resource.custom || SPEC_REACHES_OUT.has(resource.kind)) {
    return sharing(resource.applyDefaults(check(given)), old);
  }
  const { apiVersion, kind, metadata } = given;
  const decoded = resource.applyDefaults(check({ ...rest, apiVersion, kind, metadata }));
  return sharing({ ...decoded, spec }, old);
}
