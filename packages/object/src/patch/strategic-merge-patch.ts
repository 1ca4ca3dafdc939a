import { deepClone } from '../json/deep-clone.ts';
import { deepEqual } from '../json/deep-equal.ts';
import { getKey, isJsonObject, setKey, type JsonObject, type JsonValue } from '../json-value.ts';
import { readStrategies, type MergeMetadata } from './merge-metadata.ts';
import { patchInvalid } from './patch-invalid.ts';
import {
  asList,
  DELETE_FROM_LIST_PREFIX,
  ELEMENT_ORDER_PREFIX,
  elementKindOf,
  isDelete,
  mergeKeyOf,
  mergeOrder,
  nameAfterPrefix,
  partition,
  PATCH_DIRECTIVE,
  RETAIN_KEYS_DIRECTIVE,
  uniqueScalars,
  type MutableMapping,
} from './strategic-lists.ts';

/** How two mappings are merged. */
export interface MergeOptions {
  /** Carry out the directives on lists. Otherwise the first mapping is a patch itself, and keeps them. */
  readonly applyLists: boolean;
  /** Drop a null for a key that is absent. Otherwise it is kept, as a deletion still to be carried out. */
  readonly dropNulls: boolean;
}

/**
 * Applies a strategic merge patch as the API server does, with every directive: `$patch` (replace, delete),
 * `$deleteFromPrimitiveList/`, `$setElementOrder/`, `$retainKeys`. Both inputs are left as they are.
 * Throws PATCH_INVALID.
 */
export function applyStrategicMergePatch(document: JsonObject, patch: JsonObject, metadata: MergeMetadata): JsonObject {
  return mergeMappings(deepClone(document), deepClone(patch), metadata, { applyLists: true, dropNulls: true });
}

/** Merges `patch` into `original`, both of which are used up. */
export function mergeMappings(
  original: MutableMapping,
  patch: MutableMapping,
  metadata: MergeMetadata,
  options: MergeOptions,
): MutableMapping {
  const directive = getKey(patch, PATCH_DIRECTIVE);
  if (directive !== undefined) return mappingByDirective(directive, patch);
  retainKeys(original, patch, options);
  mergeOrderedLists(original, patch, metadata, options);
  for (const [key, value] of Object.entries(patch)) {
    if (!key.startsWith(DELETE_FROM_LIST_PREFIX)) mergeField(original, key, value, metadata, options);
    else if (!options.applyLists) setKey(original, key, value);
    else deleteFromList(original, nameAfterPrefix(key, DELETE_FROM_LIST_PREFIX), value);
  }
  return original;
}

function mappingByDirective(directive: JsonValue, patch: MutableMapping): MutableMapping {
  if (directive === 'delete') return {};
  if (directive !== 'replace') throw patchInvalid(`unknown patch type: ${JSON.stringify(directive)}`);
  delete patch[PATCH_DIRECTIVE];
  return patch;
}

function mergeField(
  original: MutableMapping,
  key: string,
  value: JsonValue,
  metadata: MergeMetadata,
  options: MergeOptions,
): void {
  if (value === null) {
    delete original[key];
    if (!options.dropNulls) setKey(original, key, null);
    return;
  }
  const before = getKey(original, key);
  if (isJsonObject(before) && isJsonObject(value)) {
    const field = metadata.mapping(key);
    const { strategy } = readStrategies(field.strategies);
    const merged = strategy === 'replace' ? value : mergeMappings({ ...before }, { ...value }, field.schema, options);
    setKey(original, key, merged);
  } else if (Array.isArray(before) && Array.isArray(value)) {
    const field = metadata.list(key);
    const { strategy } = readStrategies(field.strategies);
    const merged = strategy === 'merge' ? mergeLists(before, value, field.mergeKey, field.schema, options) : value;
    setKey(original, key, merged);
  } else {
    const taken = withoutDirectives(options.dropNulls ? withoutNullKeys(value) : value);
    if (taken === undefined) delete original[key];
    else setKey(original, key, taken);
  }
}

function deleteFromList(original: MutableMapping, key: string, value: JsonValue): void {
  const before = getKey(original, key);
  if (!Array.isArray(before) || !Array.isArray(value)) return;
  const list = before as readonly JsonValue[];
  if (list.length > 0 && elementKindOf(list, value as readonly JsonValue[]) === 'mapping') {
    throw patchInvalid(`${DELETE_FROM_LIST_PREFIX}/${key}: the list holds mappings, not plain values`);
  }
  const gone = new Set(value as readonly JsonValue[]);
  setKey(
    original,
    key,
    list.filter((element) => !gone.has(element)),
  );
}

function mergeLists(
  before: readonly JsonValue[],
  patch: readonly JsonValue[],
  mergeKey: string,
  metadata: MergeMetadata,
  options: MergeOptions,
): readonly JsonValue[] {
  if (before.length === 0 && patch.length === 0) return before;
  const kind = elementKindOf(before, patch);
  if (kind !== 'mapping') {
    const merged = uniqueScalars([...before, ...patch]);
    return mergeOrder(partition(merged, patch, ''), patch, before, { mergeKey: '', kind });
  }
  if (mergeKey === '') throw patchInvalid(`cannot merge lists without merge key for ${metadata.name}`);
  const special = applyElementDirectives(before, patch, mergeKey);
  const merged = mergeElements(special.kept, special.patch, mergeKey, metadata, options);
  return mergeOrder(partition(merged, special.patch, mergeKey), special.patch, special.kept, { mergeKey, kind });
}

/** Carries out `$patch` among a list's elements: what stays of the live ones, and of the patch. */
function applyElementDirectives(
  before: readonly JsonValue[],
  patch: readonly JsonValue[],
  mergeKey: string,
): { readonly kept: readonly JsonValue[]; readonly patch: readonly JsonValue[] } {
  let kept = before;
  let replace = false;
  const plain: JsonValue[] = [];
  for (const element of patch) {
    const directive = isJsonObject(element) ? getKey(element, PATCH_DIRECTIVE) : undefined;
    if (directive === undefined) plain.push(element);
    else if (directive === 'replace') replace = true;
    else if (directive === 'delete') {
      const gone = mergeKeyOf(element, mergeKey);
      kept = kept.filter((one) => !isJsonObject(one) || getKey(one, mergeKey) !== gone);
    } else if (directive === 'merge') throw patchInvalid('merging lists cannot yet be specified in the patch');
    else throw patchInvalid(`unknown patch type: ${JSON.stringify(directive)}`);
  }
  return { kept: replace ? [] : kept, patch: plain };
}

function mergeElements(
  before: readonly JsonValue[],
  patch: readonly JsonValue[],
  mergeKey: string,
  metadata: MergeMetadata,
  options: MergeOptions,
): JsonValue[] {
  const merged = [...before];
  const positions = new Map<JsonValue, number>();
  const note = (element: JsonValue, at: number) => {
    const key = isJsonObject(element) ? getKey(element, mergeKey) : undefined;
    if (key !== undefined && !positions.has(key)) positions.set(key, at);
  };
  merged.forEach(note);
  for (const element of patch) {
    const at = positions.get(mergeKeyOf(element, mergeKey)) ?? merged.length;
    const found = merged[at];
    if (isJsonObject(found) && isJsonObject(element)) {
      merged[at] = mergeMappings({ ...found }, { ...element }, metadata, options);
    } else {
      merged.push(element);
      note(element, at);
    }
  }
  return merged;
}

/** Carries out `$retainKeys`: keys of the live mapping that it does not name are removed. */
function retainKeys(original: MutableMapping, patch: MutableMapping, options: MergeOptions): void {
  const directive = getKey(patch, RETAIN_KEYS_DIRECTIVE);
  if (directive === undefined) return;
  delete patch[RETAIN_KEYS_DIRECTIVE];
  if (!options.applyLists) {
    const before = getKey(original, RETAIN_KEYS_DIRECTIVE);
    if (before === undefined) setKey(original, RETAIN_KEYS_DIRECTIVE, directive);
    else if (!deepEqual(before, directive)) throw patchInvalid('the two halves of a three-way patch retain other keys');
    return;
  }
  const retained = new Set(asList(directive, RETAIN_KEYS_DIRECTIVE));
  for (const [key, value] of Object.entries(patch)) {
    const isDirective = key.startsWith(DELETE_FROM_LIST_PREFIX) || key.startsWith(ELEMENT_ORDER_PREFIX);
    if (value !== null && !isDirective && !retained.has(key)) {
      throw patchInvalid(`the patch sets "${key}", which its $retainKeys does not name`);
    }
  }
  for (const key of Object.keys(original)) if (!retained.has(key)) delete original[key];
}

/** Carries out every `$setElementOrder/NAME` together with the list it is for, and takes both out of the patch. */
function mergeOrderedLists(
  original: MutableMapping,
  patch: MutableMapping,
  metadata: MergeMetadata,
  options: MergeOptions,
): void {
  for (const [directive, value] of Object.entries(patch)) {
    if (!directive.startsWith(ELEMENT_ORDER_PREFIX)) continue;
    if (!options.applyLists) keepOrder(original, directive, value);
    delete patch[directive];
    const key = nameAfterPrefix(directive, ELEMENT_ORDER_PREFIX);
    const merged = mergeOrderedList(
      getKey(original, key),
      getKey(patch, key),
      key,
      asList(value, directive),
      metadata,
      options,
    );
    if (merged === undefined) continue;
    setKey(original, key, merged);
    delete patch[key];
  }
}

function keepOrder(original: MutableMapping, directive: string, order: JsonValue): void {
  const before = getKey(original, directive);
  if (before === undefined) setKey(original, directive, order);
  else if (!deepEqual(before, order)) throw patchInvalid(`the two halves of a three-way patch differ in ${directive}`);
}

function mergeOrderedList(
  before: JsonValue | undefined,
  patch: JsonValue | undefined,
  key: string,
  order: readonly JsonValue[],
  metadata: MergeMetadata,
  options: MergeOptions,
): JsonValue[] | undefined {
  const liveList = before === undefined ? undefined : asList(before, key);
  const patchList = patch === undefined ? undefined : asList(patch, key);
  const { mergeKey, schema, strategies } = metadata.list(key);
  const { strategy } = readStrategies(strategies);
  checkOrder(patchList ?? [], order, mergeKey, key);
  if (liveList === undefined && patchList === undefined) return undefined;
  const merged =
    patchList === undefined
      ? (liveList ?? [])
      : liveList === undefined
        ? asList(withoutDirectives(patchList) ?? [], key)
        : strategy === 'merge'
          ? mergeLists(liveList, patchList, mergeKey, schema, options)
          : patchList;
  const kind = elementKindOf(liveList ?? [], patchList ?? []);
  if (kind === 'empty') throw patchInvalid('no elements in any of the given slices');
  return mergeOrder(partition(merged, order, mergeKey), order, liveList ?? [], { mergeKey, kind });
}

/** The patch's elements must stand in the order that `$setElementOrder` gives, and all be named there. */
function checkOrder(patch: readonly JsonValue[], order: readonly JsonValue[], mergeKey: string, key: string): void {
  if (patch.length === 0 || order.length === 0) return;
  const keyOf = (element: JsonValue) => (mergeKey === '' ? element : mergeKeyOf(element, mergeKey));
  let at = 0;
  for (const element of mergeKey === '' ? patch : patch.filter((one) => !isDelete(one))) {
    if (isJsonObject(element) && Object.hasOwn(element, PATCH_DIRECTIVE)) continue;
    while (at < order.length && keyOf(order[at] ?? null) !== keyOf(element)) at++;
    if (at++ >= order.length) {
      throw patchInvalid(`the order in the patch's list "${key}" doesn't match its $setElementOrder list`);
    }
  }
}

/** A value of a patch without what directives say about it; undefined when it is a directive itself. */
function withoutDirectives(value: JsonValue): JsonValue | undefined {
  if (Array.isArray(value)) {
    return (value as readonly JsonValue[]).map(withoutDirectives).filter((element) => element !== undefined);
  }
  if (!isJsonObject(value)) return value;
  if (Object.hasOwn(value, PATCH_DIRECTIVE)) return undefined;
  const result: MutableMapping = {};
  for (const [key, child] of Object.entries(value)) {
    const kept = withoutDirectives(child);
    if (kept !== undefined) setKey(result, key, kept);
  }
  return result;
}

function withoutNullKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(withoutNullKeys);
  if (!isJsonObject(value)) return value;
  const result: MutableMapping = {};
  for (const [key, child] of Object.entries(value)) if (child !== null) setKey(result, key, withoutNullKeys(child));
  return result;
}
