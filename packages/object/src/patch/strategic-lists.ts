import { compareUtf8 } from '../json/compare-utf8.ts';
import { getKey, isJsonObject, type JsonObject, type JsonValue } from '../json-value.ts';
import { patchInvalid } from './patch-invalid.ts';

/** The keys and values by which a strategic merge patch says more than values. */
export const PATCH_DIRECTIVE = '$patch';
export const RETAIN_KEYS_DIRECTIVE = '$retainKeys';
export const DELETE_FROM_LIST_PREFIX = '$deleteFromPrimitiveList';
export const ELEMENT_ORDER_PREFIX = '$setElementOrder';

/** A list or a mapping that is being built. */
export type MutableMapping = Record<string, JsonValue>;

/** Of what a merged list is made: `mapping` has merge keys, `scalar` is a set, `empty` says nothing. */
export type ElementKind = 'mapping' | 'scalar' | 'empty';

/** The kind of the elements of all `lists` together. Throws PATCH_INVALID on lists of lists and on a mixture. */
export function elementKindOf(...lists: readonly (readonly JsonValue[])[]): ElementKind {
  let type: string | undefined;
  for (const list of lists) {
    for (const element of list) {
      const current = Array.isArray(element) ? 'list' : element === null ? 'null' : typeNameOf(element);
      if (current === 'list') throw patchInvalid('lists of lists are not supported by a strategic merge');
      if (type !== undefined && type !== current) throw patchInvalid('list element types are not identical');
      type = current;
    }
  }
  return type === undefined ? 'empty' : type === 'object' ? 'mapping' : 'scalar';
}

function typeNameOf(element: JsonValue): string {
  return typeof element === 'bigint' ? 'number' : typeof element;
}

/** The value under the merge key, which every mapping in a merged list must have. Throws PATCH_INVALID. */
export function mergeKeyOf(element: JsonValue, mergeKey: string): JsonValue {
  if (!isJsonObject(element)) throw patchInvalid('a list that merges by key holds something else than mappings');
  const value = getKey(element, mergeKey);
  if (value === undefined) throw patchInvalid(`map does not contain declared merge key: ${mergeKey}`);
  return value;
}

/** A scalar as Go's %v prints it, by which keys and scalars are put in order. */
export function scalarText(value: JsonValue): string {
  if (value === null) return '<nil>';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A copy of a list of scalars, in the order of their texts. */
export function sortScalars(list: readonly JsonValue[]): JsonValue[] {
  return [...list].sort((a, b) => compareUtf8(scalarText(a), scalarText(b)));
}

/** A copy of a list of scalars, each but once. */
export function uniqueScalars(list: readonly JsonValue[]): JsonValue[] {
  return [...new Set(list)];
}

/** Splits a merged list into the elements that the order names (by key, or themselves) and those only the server has. */
export function partition(
  list: readonly JsonValue[],
  order: readonly JsonValue[],
  mergeKey: string,
): { readonly named: JsonValue[]; readonly serverOnly: JsonValue[] } {
  const named: JsonValue[] = [];
  const serverOnly: JsonValue[] = [];
  const keyOf = (element: JsonValue) => (mergeKey === '' ? element : mergeKeyOf(element, mergeKey));
  const keys = new Set(order.map(keyOf));
  for (const element of list) (keys.has(keyOf(element)) ? named : serverOnly).push(element);
  return { named, serverOnly };
}

/**
 * Puts a merged list in order: what the patch names in the patch's order, what only the server has in the live one's,
 * and the two interleaved so that both orders hold. Deletions stand last.
 */
export function mergeOrder(
  { named, serverOnly }: { readonly named: readonly JsonValue[]; readonly serverOnly: readonly JsonValue[] },
  patchOrder: readonly JsonValue[],
  serverOrder: readonly JsonValue[],
  by: { readonly mergeKey: string; readonly kind: ElementKind },
): JsonValue[] {
  const right = sortByOrder(named, patchOrder, by);
  const left = sortByOrder(serverOnly, serverOrder, by);
  const position = positions(serverOrder, by);
  const result: JsonValue[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length) {
    const l = left[i] ?? null;
    const r = right[j] ?? null;
    const before = position(l);
    const after = position(r);
    if (before >= 0 && after >= 0 && before < after) {
      result.push(l);
      i++;
    } else {
      result.push(r);
      j++;
    }
  }
  return [...result, ...right.slice(j), ...left.slice(i)];
}

/** A copy of a list in the order that another one gives; mappings to be deleted stand last. */
export function sortByOrder(
  list: readonly JsonValue[],
  order: readonly JsonValue[],
  by: { readonly mergeKey: string; readonly kind: ElementKind },
): JsonValue[] {
  if (by.kind === 'mapping') for (const element of [...list, ...order]) mergeKeyOf(element, by.mergeKey);
  const deletes = by.kind === 'mapping' ? list.filter(isDelete) : [];
  const kept = by.kind === 'mapping' ? list.filter((element) => !isDelete(element)) : list;
  const position = positions(order, by);
  return [...[...kept].sort((a, b) => position(a) - position(b)), ...deletes];
}

/** Whether an element of a list is `{key, $patch: delete}`. */
export function isDelete(element: JsonValue): boolean {
  return isJsonObject(element) && getKey(element, PATCH_DIRECTIVE) === 'delete';
}

function positions(
  order: readonly JsonValue[],
  { mergeKey, kind }: { readonly mergeKey: string; readonly kind: ElementKind },
): (element: JsonValue) => number {
  const keyOf = (element: JsonValue) =>
    kind !== 'mapping' ? element : isJsonObject(element) ? (getKey(element, mergeKey) ?? null) : null;
  const index = new Map<JsonValue, number>();
  order.forEach((element, at) => {
    if (!index.has(keyOf(element))) index.set(keyOf(element), at);
  });
  return (element) => index.get(keyOf(element)) ?? -1;
}

/** The list's name out of `$prefix/name`. Throws PATCH_INVALID. */
export function nameAfterPrefix(key: string, prefix: string): string {
  if (key.startsWith(`${prefix}/`)) return key.slice(prefix.length + 1);
  throw patchInvalid(`the patch's key "${key}" is not of the form ${prefix}/NAME`);
}

/** A value that must be a list. Throws PATCH_INVALID. */
export function asList(value: JsonValue, what: string): readonly JsonValue[] {
  if (Array.isArray(value)) return value as readonly JsonValue[];
  throw patchInvalid(`${what} should be a list`);
}

/** A value that must be a mapping. Throws PATCH_INVALID. */
export function asMapping(value: JsonValue, what: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw patchInvalid(`${what} should be a mapping`);
}
