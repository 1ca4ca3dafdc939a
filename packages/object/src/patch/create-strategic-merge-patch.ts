import { isCapstanError } from '@capstan/errors';
import { compareUtf8 } from '../json/compare-utf8.ts';
import { deepClone } from '../json/deep-clone.ts';
import { deepEqual } from '../json/deep-equal.ts';
import { getKey, isJsonObject, setKey, type JsonObject, type JsonValue } from '../json-value.ts';
import { readStrategies, type FieldMergeMetadata, type MergeMetadata } from './merge-metadata.ts';
import { patchInvalid } from './patch-invalid.ts';
import {
  asMapping,
  DELETE_FROM_LIST_PREFIX,
  ELEMENT_ORDER_PREFIX,
  elementKindOf,
  mergeKeyOf,
  PATCH_DIRECTIVE,
  RETAIN_KEYS_DIRECTIVE,
  scalarText,
  sortByOrder,
  sortScalars,
  uniqueScalars,
  type MutableMapping,
} from './strategic-lists.ts';
import { mergeMappings } from './strategic-merge-patch.ts';
import type { ThreeSides } from './three-way-merge-patch.ts';

/** Which half of a difference goes into the patch. */
interface DiffOptions {
  readonly changes: boolean;
  readonly deletions: boolean;
  /** Say in `$retainKeys` which keys of this mapping are to stay; holds for one level. */
  readonly retainKeys: boolean;
}

/** The strategic merge patch that makes `modified` of `original`, as apimachinery's. Throws PATCH_INVALID. */
export function createStrategicMergePatch(
  original: JsonObject,
  modified: JsonObject,
  metadata: MergeMetadata,
): JsonObject {
  return deepClone(diffMappings(original, modified, metadata, { changes: true, deletions: true, retainKeys: false }));
}

/**
 * The strategic merge patch that client-side apply sends (kubectl apply, Argo CD's default): what differs between live
 * and wanted, and deletions of what was applied last and is wanted no more. What others added stays.
 * As apimachinery's CreateThreeWayMergePatch with `overwrite`. Throws PATCH_INVALID.
 */
export function createThreeWayStrategicMergePatch(sides: ThreeSides, metadata: MergeMetadata): JsonObject {
  const { original, modified, current } = sides;
  const changes = diffMappings(current, modified, metadata, { changes: true, deletions: false, retainKeys: false });
  const deletions = diffMappings(original, modified, metadata, { changes: false, deletions: true, retainKeys: false });
  return mergeMappings(deepClone(deletions), deepClone(changes), metadata, { applyLists: false, dropNulls: false });
}

function diffMappings(
  original: JsonObject,
  modified: JsonObject,
  metadata: MergeMetadata,
  options: DiffOptions,
): MutableMapping {
  const patch: MutableMapping = {};
  for (const [key, value] of Object.entries(modified)) {
    const before = getKey(original, key);
    if (before !== undefined && key === PATCH_DIRECTIVE) diffDirective(before, value, patch);
    else if (isJsonObject(before) && isJsonObject(value))
      diffMappingField(key, before, value, patch, metadata, options);
    else if (Array.isArray(before) && Array.isArray(value)) diffListField(key, before, value, patch, metadata, options);
    else if (options.changes && (before === undefined || !deepEqual(before, value))) setKey(patch, key, value);
  }
  if (options.deletions) {
    for (const key of Object.keys(original)) if (!Object.hasOwn(modified, key)) setKey(patch, key, null);
  }
  if (options.retainKeys) addRetainKeys(original, modified, patch);
  return patch;
}

function diffDirective(before: JsonValue, value: JsonValue, patch: MutableMapping): void {
  if (typeof before !== 'string' || typeof value !== 'string') {
    throw patchInvalid(`invalid value for special key: ${PATCH_DIRECTIVE}`);
  }
  if (before !== value) patch[PATCH_DIRECTIVE] = value;
}

function addRetainKeys(original: JsonObject, modified: JsonObject, patch: MutableMapping): void {
  const retained = Object.keys(modified).filter((key) => modified[key] !== null);
  const losesKeys = Object.keys(original).some((key) => original[key] !== null && !Object.hasOwn(modified, key));
  if (retained.length > 0 && (Object.keys(patch).length > 0 || losesKeys)) {
    patch[RETAIN_KEYS_DIRECTIVE] = retained.sort(compareUtf8);
  }
}

function diffMappingField(
  key: string,
  before: JsonObject,
  value: JsonObject,
  patch: MutableMapping,
  metadata: MergeMetadata,
  options: DiffOptions,
): void {
  const field = lookUp(() => metadata.mapping(key), before, value);
  if (field === undefined) return;
  const { retainKeys, strategy } = readStrategies(field.strategies);
  if (strategy === 'replace') {
    if (options.changes) setKey(patch, key, value);
    return;
  }
  const inner = diffMappings(before, value, field.schema, { ...options, retainKeys });
  if (Object.keys(inner).length > 0) setKey(patch, key, inner);
}

function diffListField(
  key: string,
  before: readonly JsonValue[],
  value: readonly JsonValue[],
  patch: MutableMapping,
  metadata: MergeMetadata,
  options: DiffOptions,
): void {
  const field = lookUp(() => metadata.list(key), before, value);
  if (field === undefined) return;
  const { retainKeys, strategy } = readStrategies(field.strategies);
  if (strategy !== 'merge') {
    if (options.changes && !deepEqual(before, value)) setKey(patch, key, value);
    return;
  }
  const diff = diffLists(before, value, field, { ...options, retainKeys });
  if (diff.add.length > 0) setKey(patch, key, diff.add);
  if (diff.remove.length > 0) patch[`${DELETE_FROM_LIST_PREFIX}/${key}`] = diff.remove;
  if (diff.order.length > 0) patch[`${ELEMENT_ORDER_PREFIX}/${key}`] = diff.order;
}

/** A field that the schema lacks matters only where its values differ. */
function lookUp(get: () => FieldMergeMetadata, before: JsonValue, value: JsonValue): FieldMergeMetadata | undefined {
  return deepEqual(before, value) ? safely(get) : get();
}

function safely(get: () => FieldMergeMetadata): FieldMergeMetadata | undefined {
  try {
    return get();
  } catch (error) {
    if (isCapstanError(error, 'PATCH_INVALID')) return undefined;
    throw error;
  }
}

interface ListDiff {
  readonly add: readonly JsonValue[];
  readonly remove: readonly JsonValue[];
  readonly order: readonly JsonValue[];
}

function diffLists(
  before: readonly JsonValue[],
  value: readonly JsonValue[],
  field: FieldMergeMetadata,
  options: DiffOptions,
): ListDiff {
  if (before.length === 0) return { add: options.changes ? value : [], remove: [], order: [] };
  return elementKindOf(before, value) === 'mapping'
    ? diffMappingLists(before, value, field, options)
    : diffScalarLists(before, value, options);
}

function diffMappingLists(
  before: readonly JsonValue[],
  value: readonly JsonValue[],
  { mergeKey, schema }: FieldMergeMetadata,
  options: DiffOptions,
): ListDiff {
  const { changed, removed } = diffElements(before, value, mergeKey, schema, options);
  const add = [...sortByOrder(changed, value, { mergeKey, kind: 'mapping' }), ...removed];
  const orderSame =
    before.length === value.length &&
    value.every((element, at) => mergeKeyOf(before[at] ?? null, mergeKey) === mergeKeyOf(element, mergeKey));
  const needsOrder = (options.changes && (add.length > 0 || !orderSame)) || (options.deletions && add.length > 0);
  const order = needsOrder ? value.map((element) => ({ [mergeKey]: mergeKeyOf(element, mergeKey) })) : [];
  return { add, remove: [], order };
}

/** Walks both lists in the order of their keys' texts, as upstream does. */
function diffElements(
  before: readonly JsonValue[],
  value: readonly JsonValue[],
  mergeKey: string,
  schema: MergeMetadata,
  options: DiffOptions,
): { readonly changed: readonly JsonValue[]; readonly removed: readonly JsonValue[] } {
  const old = sortByKeyText(before, mergeKey);
  const wanted = sortByKeyText(value, mergeKey);
  const changed: JsonValue[] = [];
  const removed: JsonValue[] = [];
  for (let i = 0, j = 0; i < old.length || j < wanted.length;) {
    const left = old[i];
    const right = wanted[j];
    const order = left === undefined ? 1 : right === undefined ? -1 : compareUtf8(left.text, right.text);
    if (order === 0 && left !== undefined && right !== undefined) {
      const inner = diffMappings(left.element, right.element, schema, options);
      if (Object.keys(inner).length > 0) {
        setKey(inner, mergeKey, right.key);
        changed.push(inner);
      }
      i++;
      j++;
    } else if (order > 0 && right !== undefined) {
      if (options.changes) changed.push(right.element);
      j++;
    } else if (left !== undefined) {
      if (options.deletions) removed.push({ [mergeKey]: left.key, [PATCH_DIRECTIVE]: 'delete' });
      i++;
    }
  }
  return { changed, removed };
}

/**
 * Elements with equal keys (ports 53/TCP and 53/UDP) come out in reverse, as of Go's sort with upstream's comparison:
 * which of them are paired depends on it.
 */
function sortByKeyText(
  list: readonly JsonValue[],
  mergeKey: string,
): readonly { readonly element: JsonObject; readonly key: JsonValue; readonly text: string }[] {
  return list
    .map((element) => {
      const key = mergeKeyOf(element, mergeKey);
      return { element: asMapping(element, 'an element'), key, text: scalarText(key) };
    })
    .reverse()
    .sort((a, b) => compareUtf8(a.text, b.text));
}

function diffScalarLists(before: readonly JsonValue[], value: readonly JsonValue[], options: DiffOptions): ListDiff {
  const old = sortScalars(before);
  const wanted = sortScalars(value);
  const add: JsonValue[] = [];
  const remove: JsonValue[] = [];
  for (let i = 0, j = 0; i < old.length || j < wanted.length;) {
    const left = old[i];
    const right = wanted[j];
    const order = left === undefined ? 1 : right === undefined ? -1 : compareUtf8(scalarText(left), scalarText(right));
    if (order >= 0 && right !== undefined) {
      if (order > 0 && options.changes) add.push(right);
      j++;
    }
    if (order <= 0 && left !== undefined) {
      if (order < 0 && options.deletions) remove.push(left);
      i++;
    }
  }
  // Upstream compares with the old list as its walk left it: sorted.
  const needsOrder = (options.deletions && remove.length > 0) || (options.changes && !deepEqual(old, value));
  const sorted = sortByOrder(add, value, { mergeKey: '', kind: 'scalar' });
  return { add: sorted, remove: uniqueScalars(remove), order: needsOrder ? value : [] };
}
