import { compareUtf8 } from '@capstan/object';
import { gvkSortText, kindRanks, legacyOrder } from '../resource-id.ts';
import type { ResourceMap } from '../resource-map.ts';
import type { Resource } from '../resource.ts';

/** Sorts by kind as kustomize's legacy order does: `first`, all others, `last`; then by group, version, kind and name. */
export function sortLegacy(
  map: ResourceMap,
  first: readonly string[] = legacyOrder.first,
  last: readonly string[] = legacyOrder.last,
): void {
  const ranks = kindRanks(first, last);
  const keyed = map.list.map((resource) => sortKeyOf(resource, ranks));
  keyed.sort(compareSortKeys);
  map.list = keyed.map(({ resource }) => resource);
}

interface SortKey {
  readonly resource: Resource;
  readonly rank: number;
  readonly gvk: string;
  readonly isNamespace: boolean;
  readonly isCore: boolean;
  readonly name: string;
}

function sortKeyOf(resource: Resource, ranks: ReadonlyMap<string, number>): SortKey {
  const { group, version, kind, namespace, name } = resource.id;
  return {
    resource,
    rank: ranks.get(kind) ?? 0,
    gvk: gvkSortText({ group, version, kind }),
    isNamespace: kind === 'Namespace',
    isCore: group === '',
    name: `${namespace || '~X'}|${name || '~N'}`,
  };
}

function compareSortKeys(a: SortKey, b: SortKey): number {
  if (a.gvk === b.gvk) return compareUtf8(a.name, b.name);
  if (a.rank !== b.rank) return a.rank - b.rank;
  const namespaces = a.isNamespace && b.isNamespace && (a.isCore || b.isCore);
  return namespaces ? compareUtf8(b.gvk, a.gvk) : compareUtf8(a.gvk, b.gvk);
}
