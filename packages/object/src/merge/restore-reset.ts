import type { FieldSet } from '../fieldpath/field-set.ts';
import type { FieldFilter } from '../fieldpath/filter.ts';
import { getKey, isJsonObject, setKey, type JsonObject, type JsonValue } from '../json-value.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';

/**
 * The object with what the resource resets as it is in the live object: a write cannot change it, whatever it says. Gives
 * the object itself when there is nothing to restore.
 */
export function restoreReset(
  object: KubernetesObject,
  live: KubernetesObject,
  filter: FieldFilter | undefined,
): KubernetesObject {
  if (filter?.kind !== 'exclude') return object;
  const restored = restore(object, live, filter.exclude);
  return { ...restored, apiVersion: object.apiVersion, kind: object.kind, metadata: mapAt(restored, 'metadata') };
}

function restore(map: JsonObject, live: JsonObject, reset: FieldSet): JsonObject {
  const out: Record<string, JsonValue> = {};
  for (const key of Object.keys(map)) if (!isReset(reset, key)) setKey(out, key, map[key] ?? null);
  for (const { element, member, children } of reset.entries()) {
    if (element.kind !== 'field') continue;
    const [ours, theirs] = [getKey(map, element.name), getKey(live, element.name)];
    if (member && theirs !== undefined) setKey(out, element.name, theirs);
    if (member || children === undefined || (ours === undefined && theirs === undefined)) continue;
    setKey(out, element.name, restore(asMap(ours), asMap(theirs), children));
  }
  return out;
}

function isReset(reset: FieldSet, key: string): boolean {
  return reset.entry(`f:${key}`)?.member === true;
}

function mapAt(map: JsonObject, key: string): JsonObject {
  return asMap(getKey(map, key));
}

function asMap(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
