import { CapstanError } from '@capstan/errors';
import { decodeFieldsV1, encodeFieldsV1 } from '../fieldpath/fields-v1.ts';
import { FieldSet } from '../fieldpath/field-set.ts';
import { compareUtf8 } from '../json/compare-utf8.ts';
import { getKey, isJsonObject, type JsonArray, type JsonObject, type JsonValue } from '../json-value.ts';
import type { VersionedSet } from './updater.ts';

/** How a manager came to own fields: by server-side apply, or by any other write. */
export type Operation = 'Apply' | 'Update';

/** Who a manager is. The API version is part of it for updates only: an applier is the same in every version. */
export interface ManagerIdentity {
  readonly manager: string;
  readonly operation: Operation;
  readonly apiVersion: string;
  readonly subresource: string;
}

/** What is recorded of a manager beside its fields. `time` is RFC 3339 in seconds; `entry` is what was read. */
export interface ManagerRecord {
  readonly identity: ManagerIdentity;
  readonly time: string | undefined;
  readonly entry?: JsonObject;
}

/** metadata.managedFields, read: the fields and the record of each manager, by its identifier. */
export interface ManagedFields {
  readonly managers: ReadonlyMap<string, VersionedSet>;
  readonly records: ReadonlyMap<string, ManagerRecord>;
}

/** No managers at all. */
export const NO_MANAGERS: ManagedFields = { managers: new Map(), records: new Map() };

/** One string for a manager, as Kubernetes makes it: equal exactly for the same manager, and its order breaks ties. */
export function identifierOf(identity: ManagerIdentity): string {
  const { manager, operation, subresource } = identity;
  const apiVersion = operation === 'Apply' ? '' : identity.apiVersion;
  return JSON.stringify({
    ...(manager === '' ? {} : { manager }),
    operation,
    ...(apiVersion === '' ? {} : { apiVersion }),
    ...(subresource === '' ? {} : { subresource }),
  });
}

/** Reads metadata.managedFields. Throws OBJECT_INVALID for an entry that Kubernetes refuses, JSON_INVALID for its fields. */
export function decodeManagedFields(value: JsonValue | undefined): ManagedFields {
  if (value === undefined || value === null) return NO_MANAGERS;
  if (!Array.isArray(value)) throw invalid('metadata.managedFields is no list');
  const managers = new Map<string, VersionedSet>();
  const records = new Map<string, ManagerRecord>();
  for (const [at, entry] of (value as JsonArray).entries()) {
    if (!isJsonObject(entry)) throw invalid(`metadata.managedFields[${at}] is no mapping`);
    const record = readRecord(entry, at);
    const id = identifierOf(record.identity);
    const fields = getKey(entry, 'fieldsV1') ?? undefined;
    const set = fields === undefined ? FieldSet.empty : decodeFieldsV1(fields);
    const { apiVersion, operation } = record.identity;
    managers.set(id, { set, apiVersion, applied: operation === 'Apply' });
    records.set(id, record);
  }
  return { managers, records };
}

function readRecord(entry: JsonObject, at: number): ManagerRecord {
  const operation = textAt(entry, 'operation');
  if (operation !== 'Apply' && operation !== 'Update')
    throw invalid(`the operation of entry ${at} must be Apply or Update`);
  const apiVersion = textAt(entry, 'apiVersion');
  if (apiVersion === '') throw invalid(`entry ${at} has no apiVersion`);
  const fieldsType = textAt(entry, 'fieldsType');
  if (fieldsType !== 'FieldsV1') throw invalid(`the fieldsType of entry ${at} must be FieldsV1`);
  const time = textAt(entry, 'time');
  const identity: ManagerIdentity = {
    manager: textAt(entry, 'manager'),
    operation,
    apiVersion,
    subresource: textAt(entry, 'subresource'),
  };
  return { identity, time: time === '' ? undefined : time, entry };
}

function textAt(entry: JsonObject, key: string): string {
  const value = getKey(entry, key);
  return typeof value === 'string' ? value : '';
}

function invalid(what: string): CapstanError<'OBJECT_INVALID'> {
  return new CapstanError('OBJECT_INVALID', `The managed fields cannot be read: ${what}.`);
}

/** The list for metadata.managedFields, in Kubernetes' order; undefined when there is no manager. */
export function encodeManagedFields(managed: ManagedFields): readonly JsonObject[] | undefined {
  if (managed.managers.size === 0) return undefined;
  const entries: { readonly sortBy: ManagerRecord; readonly entry: JsonObject }[] = [];
  for (const [id, owned] of managed.managers) {
    const record = managed.records.get(id);
    if (record === undefined) continue;
    const identity = { ...record.identity, apiVersion: owned.apiVersion };
    entries.push({ sortBy: { ...record, identity }, entry: encodeEntry(record, owned) });
  }
  return entries.sort((left, right) => compareRecords(left.sortBy, right.sortBy)).map(({ entry }) => entry);
}

// An entry that did not change stays the same object.
function encodeEntry(record: ManagerRecord, owned: VersionedSet): JsonObject {
  const fieldsV1 = encodeFieldsV1(owned.set);
  const { entry, time, identity } = record;
  if (
    entry !== undefined &&
    textAt(entry, 'apiVersion') === owned.apiVersion &&
    textAt(entry, 'time') === (time ?? '') &&
    decodeFieldsV1(getKey(entry, 'fieldsV1') ?? {}) === owned.set
  ) {
    return entry;
  }
  return {
    ...(identity.manager === '' ? {} : { manager: identity.manager }),
    operation: identity.operation,
    apiVersion: owned.apiVersion,
    ...(time === undefined ? {} : { time }),
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...(identity.subresource === '' ? {} : { subresource: identity.subresource }),
  };
}

// Appliers first, then by age in seconds, then by name: upstream's order.
function compareRecords(left: ManagerRecord, right: ManagerRecord): number {
  return (
    compareUtf8(left.identity.operation, right.identity.operation) ||
    secondsOf(left.time) - secondsOf(right.time) ||
    compareUtf8(left.identity.manager, right.identity.manager) ||
    compareUtf8(left.identity.apiVersion, right.identity.apiVersion) ||
    compareUtf8(left.identity.subresource, right.identity.subresource)
  );
}

/** A recorded time in seconds since 1970; 0 when there is none, or when it is no time. */
export function secondsOf(time: string | undefined): number {
  const milliseconds = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(milliseconds) ? 0 : Math.floor(milliseconds / 1000);
}

/** A time as Kubernetes records it: UTC, in whole seconds. */
export function recordedTime(now: Date): string {
  return now.toISOString().replace(/\.\d+Z$/, 'Z');
}
