import { getKey, isJsonObject, type JsonObject, type JsonValue } from '@capstan/object';
import { invalid } from './problem.ts';
import type { ResourceMap } from './resource-map.ts';
import { sortLegacy } from './transformers/sort-order.ts';

/** Sorts as `sortOptions` says. Throws RENDER_INVALID for an order that kustomize does not know. */
export function applySortOptions(map: ResourceMap, options: JsonObject): void {
  const written = getKey(options, 'order');
  const order = typeof written === 'string' ? written : '';
  const legacy = getKey(options, 'legacySortOptions');
  if (order !== 'fifo' && order !== 'legacy') {
    throw invalid("the field 'sortOptions.order' must be one of [fifo, legacy]");
  }
  if (order === 'fifo') {
    if (isJsonObject(legacy)) {
      throw invalid(
        "the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'",
      );
    }
    return;
  }
  if (isJsonObject(legacy)) sortLegacy(map, kinds(legacy, 'orderFirst'), kinds(legacy, 'orderLast'));
  else sortLegacy(map);
}

function kinds(options: JsonObject, key: string): string[] {
  const value = getKey(options, key);
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter((item) => typeof item === 'string') : [];
}
