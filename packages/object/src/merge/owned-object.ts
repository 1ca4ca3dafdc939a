import { CapstanError } from '@capstan/errors';
import { FieldSet } from '../fieldpath/field-set.ts';
import { fieldElement } from '../fieldpath/path-element.ts';
import type { FieldFilter } from '../fieldpath/filter.ts';
import { valuesEqual } from '../fieldpath/value-order.ts';
import { getKey, isJsonObject, setKey, type JsonObject, type JsonValue } from '../json-value.ts';
import { gvkOf, parseApiVersion, type KubernetesObject } from '../kubernetes-object.ts';
import type { TypesByKind } from '../schema/types-by-kind.ts';
import { asTyped, type TypedOptions, type TypedValue } from '../typed/typed-value.ts';
import { encodeManagedFields, type ManagedFields } from './managed-entries.ts';
import type { UpdaterOptions } from './updater.ts';

/** Gives an object in another version of its group; undefined when there is no such version. */
export type ObjectConverter = (object: KubernetesObject, apiVersion: string) => KubernetesObject | undefined;

/** What both ways of writing need to know of the kind. */
export interface OwnershipRules {
  /** The types of all versions in which the object's managers may have written. */
  readonly schema: TypesByKind;
  /** The subresource that is written through; `''` or absent for the object itself. */
  readonly subresource?: string;
  /** What the resource resets on this write, and so is owned by nobody; see `resetFieldsOf`. */
  readonly resetFields?: FieldFilter;
  /** Whether this is a custom resource; what is reset then depends on the version, see `updaterOptions`. */
  readonly isCustom?: boolean;
  /** Conversion between versions. Without it only the apiVersion is changed, as CRDs with strategy None do. */
  readonly convert?: ObjectConverter;
  /**
   * The object that a create starts from: apiVersion, kind and what Go's types always write (`status: {}`). Absent for
   * custom resources, which start from nothing.
   */
  readonly emptyObject?: KubernetesObject;
}

// What identifies an object, or is set by the API server alone, is owned by nobody.
const unowned = FieldSet.of(
  [fieldElement('apiVersion')],
  [fieldElement('kind')],
  [fieldElement('metadata')],
  ...['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation'].map((name) => [
    fieldElement('metadata'),
    fieldElement(name),
  ]),
  [fieldElement('metadata'), fieldElement('managedFields')],
  [fieldElement('metadata'), fieldElement('resourceVersion')],
);

/** The managers with what nobody may own taken from one of them. */
export function stripUnowned(managed: ManagedFields, id: string): ManagedFields {
  const owned = managed.managers.get(id);
  if (owned === undefined) return managed;
  const set = owned.set.difference(unowned);
  if (set === owned.set) return managed;
  const managers = new Map(managed.managers);
  if (set.isEmpty) managers.delete(id);
  else managers.set(id, { ...owned, set });
  return { ...managed, managers };
}

/** The object with its type. Throws SCHEMA_VIOLATION when it does not fit, or when the kind has no type. */
export function typedObject(object: KubernetesObject, rules: OwnershipRules, options: TypedOptions): TypedValue {
  const type = rules.schema.typeOf(gvkOf(object));
  if (type === undefined) {
    throw new CapstanError('SCHEMA_VIOLATION', `There is no schema for ${object.kind} in ${object.apiVersion}.`);
  }
  return asTyped(object, type, options);
}

/** How the engine converts and filters under these rules, for a request in a version. */
export function updaterOptions(rules: OwnershipRules, requested: string): UpdaterOptions {
  const { resetFields, isCustom = false, subresource = '' } = rules;
  // A custom resource that is written whole resets its status for managers of the same version only.
  const resets = (apiVersion: string): boolean => !isCustom || subresource !== '' || apiVersion === requested;
  const convert = rules.convert ?? ((object, apiVersion) => ({ ...object, apiVersion }));
  return {
    convert: (typed, apiVersion) => convertTyped(typed, apiVersion, rules, convert),
    ...(resetFields === undefined ? {} : { filterFor: (apiVersion) => (resets(apiVersion) ? resetFields : undefined) }),
  };
}

function convertTyped(
  typed: TypedValue,
  apiVersion: string,
  rules: OwnershipRules,
  convert: ObjectConverter,
): TypedValue | undefined {
  const object = typed.value;
  const current = isJsonObject(object) ? getKey(object, 'apiVersion') : undefined;
  if (!isJsonObject(object) || current === undefined || current === apiVersion) return typed;
  const kind = getKey(object, 'kind');
  const whole = asObject(object);
  const type = rules.schema.typeOf({ ...parseApiVersion(apiVersion), kind: typeof kind === 'string' ? kind : '' });
  if (type === undefined) return undefined;
  const converted = convert(whole, apiVersion);
  return converted && asTyped(converted, type, { allowDuplicates: typed.mayHoldDuplicates });
}

/** Takes a value that was an object for one again. Throws OBJECT_INVALID when merging left none. */
export function asObject(value: JsonValue | undefined): KubernetesObject {
  const object = isJsonObject(value) ? value : {};
  const [apiVersion, kind] = [getKey(object, 'apiVersion'), getKey(object, 'kind')];
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') {
    throw new CapstanError('OBJECT_INVALID', 'An object must have apiVersion and kind.');
  }
  const metadata = getKey(object, 'metadata');
  if (isJsonObject(metadata)) return object as KubernetesObject;
  return { ...object, apiVersion, kind, metadata: {} };
}

/** The object without its metadata.managedFields; the same object when it has none. */
export function withoutManagedFields(object: KubernetesObject): KubernetesObject {
  if (!Object.hasOwn(object.metadata, 'managedFields')) return object;
  return { ...object, metadata: without(object.metadata, 'managedFields') };
}

/** The object with these managed fields. */
export function withManagedFields(object: KubernetesObject, managed: ManagedFields): KubernetesObject {
  const entries = encodeManagedFields(managed);
  if (entries === undefined) return withoutManagedFields(object);
  return { ...object, metadata: { ...object.metadata, managedFields: entries } };
}

function without(map: JsonObject, key: string): JsonObject {
  const out: Record<string, JsonValue> = {};
  for (const each of Object.keys(map)) if (each !== key) setKey(out, each, map[each] ?? null);
  return out;
}

/**
 * Whether two objects differ in nothing but the times of their managed fields: such a write is none, and the API server
 * keeps the object as it was.
 */
export function sameButTimes(live: KubernetesObject, updated: KubernetesObject): boolean {
  if (live === updated) return true;
  const [before, after] = [getKey(live.metadata, 'managedFields'), getKey(updated.metadata, 'managedFields')];
  if (!sameEntries(before, after)) return false;
  return valuesEqual(withoutManagedFields(live), withoutManagedFields(updated));
}

function sameEntries(before: JsonValue | undefined, after: JsonValue | undefined): boolean {
  if (before === after) return true;
  if (!Array.isArray(before) || !Array.isArray(after) || before.length !== after.length) return false;
  return (before as readonly JsonValue[]).every((entry, at) => {
    const other = (after as readonly JsonValue[])[at] ?? null;
    if (entry === other) return true;
    return isJsonObject(entry) && isJsonObject(other) && valuesEqual(without(entry, 'time'), without(other, 'time'));
  });
}
