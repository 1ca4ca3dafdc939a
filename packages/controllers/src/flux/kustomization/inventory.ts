import { refKey, type ObjectRef, type VersionedRef } from '@capstan/object';

/** An entry of `status.inventory`: `namespace_name_group_Kind` and the version. */
export interface InventoryEntry {
  readonly id: string;
  readonly v: string;
}

// RBAC names may hold colons and underscores, which are the id's own separator: a colon is written as two underscores.
const rbacKinds = new Set(['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding']);
const RBAC_GROUP = 'rbac.authorization.k8s.io';

/** The inventory entry of an object (cli-utils' ObjMetadata). */
export function entryOf(ref: VersionedRef): InventoryEntry {
  const name = ref.group === RBAC_GROUP && rbacKinds.has(ref.kind) ? ref.name.replaceAll(':', '__') : ref.name;
  return { id: `${ref.namespace}_${name}_${ref.group}_${ref.kind}`, v: ref.version };
}

/** Which object an entry stands for; undefined where the id is not one. */
export function refOfEntry(entry: InventoryEntry): VersionedRef | undefined {
  const namespaceEnd = entry.id.indexOf('_');
  const kindStart = entry.id.lastIndexOf('_');
  const groupStart = entry.id.lastIndexOf('_', kindStart - 1);
  if (namespaceEnd < 0 || groupStart <= namespaceEnd) return undefined;
  const kind = entry.id.slice(kindStart + 1);
  const group = entry.id.slice(groupStart + 1, kindStart);
  const raw = entry.id.slice(namespaceEnd + 1, groupStart);
  const name = group === RBAC_GROUP && rbacKinds.has(kind) ? raw.replaceAll('__', ':') : raw;
  if (kind === '' || name === '') return undefined;
  return { namespace: entry.id.slice(0, namespaceEnd), name, group, kind, version: entry.v };
}

/** The objects of an inventory; what is no entry is left out. */
export function refsOf(entries: readonly InventoryEntry[]): readonly VersionedRef[] {
  return entries.map(refOfEntry).filter((ref) => ref !== undefined);
}

/** What stands in `before` and no longer in `after`, whatever the version. */
export function staleOf(before: readonly VersionedRef[], after: readonly ObjectRef[]): readonly VersionedRef[] {
  const kept = new Set(after.map(refKey));
  return before.filter((ref) => !kept.has(refKey(ref)));
}

/** Both inventories in one, the newer version winning: what is stored before the first write. */
export function unionOf(before: readonly VersionedRef[], after: readonly VersionedRef[]): readonly VersionedRef[] {
  return [...after, ...staleOf(before, after)];
}
