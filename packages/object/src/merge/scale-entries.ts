import { FieldSet } from '../fieldpath/field-set.ts';
import { fieldElement, type Path } from '../fieldpath/path-element.ts';
import type { JsonObject, JsonValue } from '../json-value.ts';
import { decodeManagedFields, encodeManagedFields, type ManagerRecord } from './managed-entries.ts';
import type { VersionedSet } from './updater.ts';

/** Where a resource keeps its replicas, by API version; undefined in a version that has none. */
export type ReplicasPaths = ReadonlyMap<string, Path | undefined>;

const SCALE_VERSION = 'autoscaling/v1';
const replicasPath: Path = [fieldElement('spec'), fieldElement('replicas')];
const replicasInScale = FieldSet.of(replicasPath);

/**
 * The managed fields that a Scale shows: who owns the replicas of the object behind it. Throws OBJECT_INVALID where
 * that object's managed fields cannot be read.
 */
export function scaleEntries(parent: JsonValue | undefined, paths: ReplicasPaths): readonly JsonObject[] | undefined {
  const managed = decodeManagedFields(parent);
  const managers = new Map<string, VersionedSet>();
  for (const [id, owned] of managed.managers) {
    const path = paths.get(owned.apiVersion);
    if (path === undefined || !owned.set.has(path)) continue;
    managers.set(id, { set: replicasInScale, apiVersion: SCALE_VERSION, applied: owned.applied });
  }
  return encodeManagedFields({ managers, records: managed.records });
}

/**
 * The managed fields of the object behind a Scale that was written: who took the replicas there has them here, who lost
 * them there has lost them here. `apiVersion` is the object's. Throws OBJECT_INVALID as `scaleEntries` does.
 */
export function parentEntries(
  parent: JsonValue | undefined,
  scale: JsonValue | undefined,
  apiVersion: string,
  paths: ReplicasPaths,
): readonly JsonObject[] | undefined {
  const before = decodeManagedFields(parent);
  const written = decodeManagedFields(scale);
  const managers = new Map<string, VersionedSet>();
  const records = new Map<string, ManagerRecord>(before.records);
  const unmoved = new Set<string>();
  for (const [id, owned] of before.managers) {
    if (!paths.has(owned.apiVersion)) continue;
    const path = paths.get(owned.apiVersion);
    const held = path !== undefined && owned.set.has(path);
    if (held && written.managers.has(id)) unmoved.add(id);
    const set = held && !unmoved.has(id) ? owned.set.difference(FieldSet.of(path)) : owned.set;
    if (!set.isEmpty) managers.set(id, { ...owned, set });
  }
  const path = paths.get(apiVersion);
  for (const [id, owned] of written.managers) {
    const record = written.records.get(id);
    if (path === undefined || record === undefined || unmoved.has(id) || !owned.set.has(replicasPath)) continue;
    managers.set(id, { set: FieldSet.of(path), apiVersion, applied: owned.applied });
    // The time is the one known here, if any: upstream's behaviour.
    records.set(id, { identity: record.identity, time: before.records.get(id)?.time });
  }
  return encodeManagedFields({ managers, records });
}
