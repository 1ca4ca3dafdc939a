import { CapstanError, isCapstanError } from '@capstan/errors';
import {
  applyMergePatch,
  applyStrategicMergePatch,
  createThreeWayMergePatch,
  createThreeWayStrategicMergePatch,
  deepEqual,
  getPath,
  gvkOf,
  isJsonObject,
  lastAppliedOf,
  LAST_APPLIED_ANNOTATION,
  setKey,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
  type MergeMetadata,
} from '@capstan/object';
import type { TypesByKind } from '@capstan/object/merge';
import { withoutForeignChanges } from './foreign-changes.ts';
import { onlyGivenFields, withMissingFields } from './given-fields.ts';
import { like, normalize, remarshal, withoutNamespace, type NormalizeRules } from './normalize.ts';
import { predictServerSide } from './server-side.ts';

/** An object as it is and as it is predicted to be, to be shown side by side. An absent side is undefined. */
export interface DiffSides {
  readonly modified: boolean;
  readonly predicted: KubernetesObject | undefined;
  readonly live: KubernetesObject | undefined;
}

/** What is known of the kind, and how it is compared. */
export interface SideRules extends NormalizeRules {
  readonly manager: string;
  /** How the kind's lists merge; undefined for custom resources. */
  readonly merge: MergeMetadata | undefined;
  readonly types: TypesByKind | undefined;
  readonly isCustom: boolean;
  readonly hasStatus: boolean;
  readonly now: Date;
  /** The canonical form of an object of the kind, where that is known. */
  readonly canonical?: (object: KubernetesObject) => KubernetesObject;
  /** An object of the kind with its defaults, where those are known. */
  readonly defaults?: (object: KubernetesObject) => KubernetesObject;
  /** Takes out of an object what is not to be compared. */
  readonly ignore?: (object: KubernetesObject) => KubernetesObject;
}

/**
 * Both sides of a three-way apply: what was applied last, what is wanted, what is live. Without a readable last-applied
 * annotation nothing is taken away. Throws PATCH_INVALID, and DIFF_FAILED where there is no object at all.
 */
export function clientSideSides(
  desired: KubernetesObject | undefined,
  live: KubernetesObject | undefined,
  rules: SideRules,
): DiffSides {
  if (desired === undefined || live === undefined) return oneSide(desired, live, rules);
  const wanted = withoutNamespace(prepared(desired, rules));
  const current = prepared(live, rules);
  const last = lastApplied(live);
  const original = last === undefined ? wanted : withoutNamespace(ignored(normalize(last, rules), rules));
  return sides(patched({ original, modified: wanted, current }, rules.merge), current, rules);
}

/**
 * Both sides of a server-side apply by force. Where the server publishes no type of the kind, or the object has no
 * managed fields, as `clientSideSides`. Throws SCHEMA_VIOLATION, PATCH_INVALID and DIFF_FAILED.
 */
export function serverSideSides(
  desired: KubernetesObject | undefined,
  live: KubernetesObject | undefined,
  rules: SideRules,
): DiffSides {
  if (desired === undefined || live === undefined) return oneSide(desired, live, rules);
  const { manager, types, isCustom, hasStatus, now } = rules;
  const prediction = predictServerSide(desired, live, { manager, types, isCustom, hasStatus, now });
  if (prediction.verdict === 'unconfirmed') return clientSideSides(desired, live, rules);
  return sides(prediction.verdict === 'update' ? prediction.predicted : live, live, rules);
}

/**
 * Both sides of a server-side apply that a dry-run has answered. What others than the manager changed on the way is left
 * out unless `mutations` is `shown`. Throws DIFF_FAILED and SCHEMA_VIOLATION.
 */
export function answeredSides(
  answer: KubernetesObject,
  live: KubernetesObject,
  mutations: 'hidden' | 'shown',
  rules: SideRules,
): DiffSides {
  const own = mutations === 'shown' ? answer : withoutForeignChanges(answer, live, rules.manager, rules.types);
  const [predicted, current] = [own, live].map((side) => withoutNulls(withoutVersion(prepared(side, rules))));
  if (predicted === undefined || current === undefined) return oneSide(predicted, current, rules);
  return compared(predicted, current);
}

// What Git no longer has is told by its place in the list, not as a difference.
function oneSide(
  desired: KubernetesObject | undefined,
  live: KubernetesObject | undefined,
  rules: SideRules,
): DiffSides {
  if (live !== undefined) return { modified: false, predicted: undefined, live: presented(prepared(live, rules)) };
  if (desired === undefined)
    throw new CapstanError('DIFF_FAILED', 'there is neither a desired nor a live object to compare');
  return { modified: true, predicted: presented(prepared(desired, rules)), live: undefined };
}

function sides(predicted: KubernetesObject, live: KubernetesObject, rules: SideRules): DiffSides {
  const { defaults } = rules;
  const full = (object: KubernetesObject): KubernetesObject =>
    defaults === undefined ? object : like(withMissingFields(object, defaults(object)), object);
  return compared(full(predicted), full(live));
}

function compared(predicted: KubernetesObject, live: KubernetesObject): DiffSides {
  const [left, right] = [presented(predicted), presented(live)];
  return { modified: !deepEqual(left, right), predicted: left, live: right };
}

function patched(
  { original, modified, current }: { [side in 'original' | 'modified' | 'current']: KubernetesObject },
  merge: MergeMetadata | undefined,
): KubernetesObject {
  if (merge === undefined) {
    // Lists are replaced whole here, so what the server filled into their items must not count.
    const sides = { original, modified, current: onlyGivenFields(original, current) };
    return asObject(applyMergePatch(current, createThreeWayMergePatch(sides)), current);
  }
  const sides = { original, modified, current: withoutClaimDefaults(original, current) };
  return asObject(applyStrategicMergePatch(current, createThreeWayStrategicMergePatch(sides, merge), merge), current);
}

/** A StatefulSet's claim templates are such a list as well: whole claims, with defaults of their own. */
function withoutClaimDefaults(original: JsonObject, current: KubernetesObject): KubernetesObject {
  if (current.kind !== 'StatefulSet' || gvkOf(current).group !== 'apps') return current;
  const given = getPath(original, 'spec', 'volumeClaimTemplates');
  const spec = current['spec'];
  if (!Array.isArray(given) || !isJsonObject(spec) || !Array.isArray(spec['volumeClaimTemplates'])) return current;
  const { volumeClaimTemplates } = spec;
  const reduced = onlyGivenFields({ volumeClaimTemplates: given }, { volumeClaimTemplates });
  return { ...current, spec: { ...spec, ...reduced } };
}

/** What was applied last; undefined where nothing was, or where the annotation holds no object. */
function lastApplied(live: KubernetesObject): KubernetesObject | undefined {
  try {
    const last = lastAppliedOf(live);
    return Object.keys(last).length === 0 ? undefined : like(last, live);
  } catch (error) {
    if (isCapstanError(error, 'PATCH_INVALID') || isCapstanError(error, 'JSON_INVALID')) return undefined;
    throw error;
  }
}

function prepared(object: KubernetesObject, rules: SideRules): KubernetesObject {
  const { canonical, types } = rules;
  const written = canonical === undefined ? object : remarshal(object, types, canonical);
  return ignored(normalize(written, rules), rules);
}

function ignored(object: KubernetesObject, rules: SideRules): KubernetesObject {
  return rules.ignore?.(object) ?? object;
}

function withoutVersion(object: KubernetesObject): KubernetesObject {
  const { resourceVersion: _version, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** Null says no more than nothing, and is what is left of a mapping that lost all that others put into it. */
function withoutNulls(object: KubernetesObject): KubernetesObject {
  return asObject(dropNulls(object), object);
}

function dropNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(dropNulls);
  if (!isJsonObject(value)) return value;
  const result: Record<string, JsonValue> = {};
  for (const [key, each] of Object.entries(value)) if (each !== null) setKey(result, key, dropNulls(each));
  return result;
}

/** An object as it is shown: without ownership, and without the annotation that repeats all of it. */
function presented(object: KubernetesObject): KubernetesObject {
  const { managedFields: _managed, annotations, ...metadata } = object.metadata;
  if (!isJsonObject(annotations)) return { ...object, metadata };
  const kept = Object.entries(annotations).filter(([key]) => key !== LAST_APPLIED_ANNOTATION);
  return {
    ...object,
    metadata: kept.length === 0 ? metadata : { ...metadata, annotations: Object.fromEntries(kept) },
  };
}

function asObject(value: JsonValue, object: KubernetesObject): KubernetesObject {
  return like(isJsonObject(value) ? value : {}, object);
}
