import { FieldSet } from '../fieldpath/field-set.ts';
import { encodeJson } from '../json/encode-json.ts';
import { parseJson } from '../json/parse-json.ts';
import { getKey, getPath, isJsonObject, setKey, type JsonObject, type JsonValue } from '../json-value.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { isCapstanError } from '@capstan/errors';
import { compareTyped } from '../typed/compare-values.ts';
import { toFieldSet } from '../typed/to-field-set.ts';
import { asObject, typedObject, type OwnershipRules } from './owned-object.ts';

/** Where kubectl's client-side apply keeps what it applied last. */
export const LAST_APPLIED_ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';

/** The only manager that takes client-side apply's annotation over, and keeps it up to date. */
export const KUBECTL_MANAGER = 'kubectl';

/** How many bytes all annotations of an object may hold together. */
const MAX_ANNOTATION_BYTES = 256 * 1024;

/**
 * The fields that client-side apply set last and that still are as it set them: its successor may take those without a
 * conflict. None where the annotation is missing or cannot be read.
 */
export function fieldsLastApplied(live: KubernetesObject, rules: OwnershipRules): FieldSet {
  const text = getPath(live, 'metadata', 'annotations', LAST_APPLIED_ANNOTATION);
  if (typeof text !== 'string' || text === '') return FieldSet.empty;
  try {
    const last = asObject(parseJson(text));
    if (last.apiVersion !== live.apiVersion) return FieldSet.empty;
    const applied = typedObject(last, rules, {});
    const changes = compareTyped(applied, typedObject(live, rules, {}));
    return toFieldSet(applied).difference(changes.modified).difference(changes.added).difference(changes.removed);
  } catch (error) {
    // An annotation that nobody can read takes no conflict away: the conflicts themselves are what is reported.
    if (isCapstanError(error, 'JSON_INVALID', 'OBJECT_INVALID', 'SCHEMA_VIOLATION')) return FieldSet.empty;
    throw error;
  }
}

/** The object with client-side apply's annotation saying what was applied now, if it has the annotation and room for it. */
export function syncLastApplied(object: KubernetesObject, applied: KubernetesObject): KubernetesObject {
  const annotations = getKey(object.metadata, 'annotations');
  const before = isJsonObject(annotations) ? getKey(annotations, LAST_APPLIED_ANNOTATION) : undefined;
  if (!isJsonObject(annotations) || typeof before !== 'string' || before === '') return object;
  const after = lastAppliedText(applied);
  if (before === after) return object;
  const out: Record<string, JsonValue> = {};
  for (const key of Object.keys(annotations)) setKey(out, key, annotations[key] ?? null);
  setKey(out, LAST_APPLIED_ANNOTATION, after);
  if (bytesOf(out) > MAX_ANNOTATION_BYTES) delete out[LAST_APPLIED_ANNOTATION];
  return { ...object, metadata: { ...object.metadata, annotations: out } };
}

function lastAppliedText(applied: KubernetesObject): string {
  const annotations = getKey(applied.metadata, 'annotations');
  if (!isJsonObject(annotations) || !Object.hasOwn(annotations, LAST_APPLIED_ANNOTATION))
    return `${encodeJson(applied)}\n`;
  const kept: Record<string, JsonValue> = {};
  for (const key of Object.keys(annotations)) {
    if (key !== LAST_APPLIED_ANNOTATION) setKey(kept, key, annotations[key] ?? null);
  }
  return `${encodeJson({ ...applied, metadata: { ...applied.metadata, annotations: kept } })}\n`;
}

function bytesOf(annotations: JsonObject): number {
  const encoder = new TextEncoder();
  let total = 0;
  for (const [key, value] of Object.entries(annotations)) {
    total += encoder.encode(key).length + (typeof value === 'string' ? encoder.encode(value).length : 0);
  }
  return total;
}
