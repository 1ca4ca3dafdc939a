import { compareUtf8 } from '@capstan/object';
import { gvkSortText, kindRanks, legacyOrder, type ResourceId } from '../resource-id.ts';
import type { ResourceMap } from '../resource-map.ts';

/** Sorts by kind as kustomize's legacy order does: `first`, all others, `last`; then by group, version, kind and name. */
export function sortLegacy(
  map: ResourceMap,
  first: readonly string[] = legacyOrder.first,
  last: readonly string[] = legacyOrder.last,
): void {
  const ranks = kindRanks(first, last);
  const keyed = map.list.map((resource) => ({ resource, id: resource.id }));
  keyed.sort((a, b) => compareIds(a.id, b.id, ranks));
  map.list = keyed.map(({ resource }) => resource);
}

function compareIds(a: ResourceId, b: ResourceId, ranks: ReadonlyMap<string, number>): number {
  const left = gvkSortText(a);
  const right = gvkSortText(b);
  if (left !== right) {
    const rank = (ranks.get(a.kind) ?? 0) - (ranks.get(b.kind) ?? 0);
    if (rank !== 0) return rank;
    const namespaces = a.kind === 'Namespace' && b.kind === 'Namespace' && (a.group === '' || b.group === '');
    return namespaces ? compareUtf8(right, left) : compareUtf8(left, right);
  }
  return compareUtf8(sortText(a), sortText(b));
}

function sortText(id: ResourceId): string {
  return `${id.namespace || '~X'}|${id.name || '~N'}`;
}
