import { isCapstanError } from '@capstan/errors';
import {
  encodeJson,
  isJsonObject,
  lastAppliedOf,
  LAST_APPLIED_ANNOTATION,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';
import { asTyped, compareTyped, decodeFieldsV1, FieldSet, removeItems, type SchemaType } from '@capstan/object/merge';
import { like } from '../normalize.ts';
import { withoutFields, type IgnoredFields } from './ignore-rules.ts';

/** A desired and a live object, as far as they are compared. */
export interface ComparedPair {
  readonly desired: KubernetesObject;
  readonly live: KubernetesObject;
}

/**
 * Both objects without what is ignored: first the fields that differ and that a trusted manager holds, then what the
 * rules delete, also out of what was applied last. `type` is the kind's; without one nothing is known of its lists, and
 * they are held as wholes.
 */
export function withoutIgnored(pair: ComparedPair, ignored: IgnoredFields, type: SchemaType): ComparedPair {
  const { desired, live } = withoutTrusted(pair, ignored.managers, type);
  return {
    desired: like(withoutFields(desired, ignored.deletions), desired),
    live: like(withoutFields(withoutInLastApplied(live, ignored), ignored.deletions), live),
  };
}

/** Fields that git and cluster differ in and that one of the managers holds, taken out of both. */
function withoutTrusted(pair: ComparedPair, managers: readonly string[], type: SchemaType): ComparedPair {
  const held = heldBy(pair.live, managers);
  if (held.isEmpty) return pair;
  try {
    const desired = asTyped(pair.desired, type, { allowDuplicates: true });
    const live = asTyped(pair.live, type, { allowDuplicates: true });
    const disputed = held.intersection(compareTyped(live, desired).modified);
    if (disputed.isEmpty) return pair;
    return {
      desired: like(mapping(removeItems(desired, disputed).value), pair.desired),
      live: like(mapping(removeItems(live, disputed).value), pair.live),
    };
  } catch (error) {
    // What does not fit its type is compared as it is, so that what is wrong with it shows.
    if (isCapstanError(error, 'SCHEMA_VIOLATION')) return pair;
    throw error;
  }
}

function heldBy(live: KubernetesObject, managers: readonly string[]): FieldSet {
  const entries = live.metadata['managedFields'];
  if (managers.length === 0 || !Array.isArray(entries)) return FieldSet.empty;
  return (entries as readonly JsonValue[]).reduce<FieldSet>((set, entry) => {
    if (!isJsonObject(entry) || typeof entry['manager'] !== 'string' || !managers.includes(entry['manager']))
      return set;
    return set.union(decodeFieldsV1(entry['fieldsV1'] ?? {}));
  }, FieldSet.empty);
}

// A three-way comparison would take a field that was applied last and that "Git no longer has" for one to remove.
function withoutInLastApplied(live: KubernetesObject, { deletions }: IgnoredFields): KubernetesObject {
  const { annotations } = live.metadata;
  if (deletions.length === 0 || !isJsonObject(annotations)) return live;
  if (!Object.hasOwn(annotations, LAST_APPLIED_ANNOTATION)) return live;
  const last = lastAppliedOf(live);
  const kept = withoutFields(last, deletions);
  if (kept === last) return live;
  return {
    ...live,
    metadata: { ...live.metadata, annotations: { ...annotations, [LAST_APPLIED_ANNOTATION]: encodeJson(kept) } },
  };
}

function mapping(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
