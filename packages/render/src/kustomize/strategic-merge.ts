import { invalid } from './problem.ts';
import { builtinTable, schemaElements, schemaField, schemaOf, type Schema, type SchemaTable } from './schema.ts';
import {
  field,
  isMapping,
  scalarText,
  setField,
  sortedKeys,
  takeNote,
  textField,
  type Mapping,
  type Value,
} from './value.ts';

type Directive = 'merge' | 'replace' | 'delete';
const DIRECTIVE = '$patch';

/** Levels of nesting that a patch may have; deeper ones throw RENDER_INVALID. */
const MAX_DEPTH = 200;

/**
 * Merges `patch` into `target` as kustomize 5.8.1 does: lists of built-in kinds by their merge keys, new elements
 * first; `$patch` directives; null deletes. Both are used up: parts of them are shared with the result, which is
 * undefined where the patch deletes the target.
 */
export function strategicMerge(
  target: Mapping,
  patch: Mapping,
  table: SchemaTable = builtinTable,
): Mapping | undefined {
  const merged = merge(target, patch, undefined, { table, depth: 0 });
  return isMapping(merged) ? merged : undefined;
}

/** The schema that a merge goes by, and how deep it is. */
interface At {
  readonly table: SchemaTable;
  readonly depth: number;
}

function deeper(at: At): At {
  return { table: at.table, depth: at.depth + 1 };
}

function merge(
  target: Value | undefined,
  patch: Value | undefined,
  known: Schema | undefined,
  at: At,
): Value | undefined {
  if (at.depth > MAX_DEPTH) throw invalid(`a strategic merge patch is nested more than ${MAX_DEPTH} levels deep`);
  const schema = known ?? embeddedSchema(target, at.table) ?? embeddedSchema(patch, at.table);
  const first = target ?? patch;
  if (first === undefined || first === null) return mergeAbsent(target, patch);
  checkSameKind(first, target, patch);
  if (Array.isArray(first)) {
    const lists = [asList(target), asList(patch)] as const;
    return schema?.keys === undefined ? replaced(target, patch) : mergeLists(target, patch, lists, schema, at);
  }
  if (isMapping(first)) return mergeMappings(target, patch, schema, at);
  return replaced(target, patch);
}

/** The patch's value where it has one; its null takes the target's away. */
function replaced(target: Value | undefined, patch: Value | undefined): Value | undefined {
  return patch === undefined ? target : (patch ?? undefined);
}

/** Neither side has a value: an explicit null of the target stays, a null of the patch adds nothing. */
function mergeAbsent(target: Value | undefined, patch: Value | undefined): Value | undefined {
  return patch === undefined && target === null ? null : undefined;
}

function embeddedSchema(value: Value | undefined, table: SchemaTable): Schema | undefined {
  if (!isMapping(value)) return undefined;
  const kind = textField(value, 'kind');
  const apiVersion = textField(value, 'apiVersion');
  return kind === '' || apiVersion === '' ? undefined : schemaOf(table, apiVersion, kind);
}

function kindOf(value: Value): string {
  return Array.isArray(value) ? 'SequenceNode' : isMapping(value) ? 'MappingNode' : 'ScalarNode';
}

function checkSameKind(first: Value, ...sides: readonly (Value | undefined)[]): void {
  const expected = kindOf(first);
  for (const side of sides) {
    if (side !== undefined && side !== null && kindOf(side) !== expected) {
      throw invalid(`wrong node kind: expected ${expected} but was ${kindOf(side)}`);
    }
  }
}

function mergeMappings(
  target: Value | undefined,
  patch: Value | undefined,
  schema: Schema | undefined,
  at: At,
): Value | undefined {
  let base: Value | undefined = target;
  if (!isMapping(target)) {
    if (!isMapping(patch)) return patch;
    // A patch that makes a mapping still has its directives and nulls taken out.
    if (takeMappingDirective(patch) === 'delete') return undefined;
    base = patch;
  } else if (patch === null) return undefined;
  else if (isMapping(patch)) {
    const directive = takeMappingDirective(patch);
    if (directive === 'delete') return undefined;
    if (directive === 'replace') base = patch;
  }
  if (!isMapping(base)) return undefined;
  const side = isMapping(patch) ? patch : undefined;
  for (const key of sortedKeys({ ...base, ...side })) {
    settle(base, key);
    const next = merge(
      field(base, key),
      side === undefined ? undefined : field(side, key),
      schemaField(schema, key),
      deeper(at),
    );
    setField(base, key, next);
  }
  return base;
}

/** What kustomize's notes about a field come to when the object is patched. */
function settle(mapping: Mapping, key: string): void {
  const note = takeNote(mapping, key);
  const value = field(mapping, key);
  if (note === 'empty' && value === null) setField(mapping, key, undefined);
  else if (note === 'untyped' && value !== null && value !== undefined)
    setField(mapping, key, scalarText(value) ?? value);
}

function takeMappingDirective(patch: Mapping): Directive {
  const value = field(patch, DIRECTIVE);
  if (value === undefined) return 'merge';
  const directive = directiveOf(value);
  setField(patch, DIRECTIVE, undefined);
  return directive;
}

function directiveOf(value: Value): Directive {
  const text = scalarText(value);
  if (text === 'merge' || text === 'replace' || text === 'delete') return text;
  throw invalid(`unknown patch strategy '${text ?? ''}'`);
}

function asList(value: Value | undefined): Value[] {
  return Array.isArray(value) ? value : [];
}

function takeListDirective(patch: Value[]): Directive {
  const index = patch.findIndex((item) => isMapping(item) && field(item, DIRECTIVE) !== undefined);
  const found = patch[index];
  if (!isMapping(found) || Object.keys(found).length > 1) return 'merge';
  const directive = directiveOf(field(found, DIRECTIVE) ?? null);
  patch.splice(index, 1);
  return directive;
}

function mergeLists(
  target: Value | undefined,
  patch: Value | undefined,
  lists: readonly [Value[], Value[]],
  schema: Schema,
  at: At,
): Value | undefined {
  if (!Array.isArray(target)) {
    return Array.isArray(patch) ? mergeElements(patch, [patch, patch], schema, at) : patch;
  }
  if (patch === null) return undefined;
  if (!Array.isArray(patch)) return mergeElements(target, lists, schema, at);
  const directive = takeListDirective(patch);
  if (directive === 'delete') return undefined;
  if (directive === 'replace') return mergeElements(patch, [patch, patch], schema, at);
  return mergeElements(target, lists, schema, at);
}

/** Merges elements by key; elements that only the patch has come before the others. */
function mergeElements(base: Value[], [target, patch]: readonly [Value[], Value[]], schema: Schema, at: At): Value {
  const keys = schema.keys ?? [];
  if (keys.length === 0) return mergePlain(base, target, patch);
  let tuples = keyTuples([...patch, ...target], keys);
  if (keys.length > 1) tuples = fillTuples(tuples);
  const added: Value[] = [];
  let usedKeys: readonly string[] = keys;
  for (const tuple of tuples) {
    const { names, values } = usefulKeys(tuples, tuple, keys);
    usedKeys = names;
    const inTarget = findElement(target, names, values);
    const inPatch = findElement(patch, names, values);
    const merged = merge(inTarget, inPatch, schemaElements(schema), deeper(at));
    if (!isMapping(merged) || Object.keys(merged).length === 0) {
      removeElements(base, names, values);
      continue;
    }
    names.forEach((name, index) => {
      const value = values[index] ?? '';
      if (field(merged, name) === undefined && value !== '') setField(merged, name, value);
    });
    setElement(added, merged, names, values);
  }
  if (tuples.length === 0) return base;
  return appendElements(added, base, usedKeys);
}

/** A list of plain values: those of the patch that are new come first. */
function mergePlain(base: Value[], target: readonly Value[], patch: readonly Value[]): Value {
  const seen = new Set<string>();
  const merged: Value[] = [];
  for (const item of [...patch, ...target, ...base]) {
    const text = scalarText(item) ?? '';
    if (seen.has(text)) continue;
    seen.add(text);
    merged.push(item);
  }
  return merged;
}

function keyTuples(elements: readonly Value[], keys: readonly string[]): string[][] {
  const tuples: string[][] = [];
  const seen = new Set<string>();
  for (const element of elements) {
    const tuple = keys.map((key) => (isMapping(element) ? (scalarText(field(element, key)) ?? '') : ''));
    const text = JSON.stringify(tuple);
    if (seen.has(text)) continue;
    seen.add(text);
    tuples.push(tuple);
  }
  return tuples;
}

/** Tuples that agree where both have a value fill each other's gaps. */
function fillTuples(tuples: string[][]): string[][] {
  const filled = [...tuples];
  for (let left = 0; left < filled.length; left++) {
    for (let right = 0; right < filled.length; right++) {
      const joined = joinTuples(filled[left] ?? [], filled[right] ?? []);
      if (joined === undefined) continue;
      filled[left] = joined;
      filled[right] = joined;
    }
  }
  return filled;
}

function joinTuples(a: readonly string[], b: readonly string[]): string[] | undefined {
  let common = false;
  const joined: string[] = [];
  for (let index = 0; index < a.length; index++) {
    const left = a[index] ?? '';
    const right = b[index] ?? '';
    if (left === right) common = true;
    else if (left !== '' && right !== '') return undefined;
    joined.push(left !== '' ? left : right);
  }
  return common ? joined : undefined;
}

/** The keys that any of the tuples has a value for; all of them when none has. */
function usefulKeys(
  tuples: readonly (readonly string[])[],
  tuple: readonly string[],
  keys: readonly string[],
): { readonly names: string[]; readonly values: string[] } {
  const used = keys.map((_, index) => tuples.some((other) => (other[index] ?? '') !== ''));
  if (!used.includes(true)) return { names: [...keys], values: [...tuple] };
  return {
    names: keys.filter((_, index) => used[index]),
    values: tuple.filter((value, index) => value !== '' || used[index]),
  };
}

function matchesElement(element: Mapping, names: readonly string[], values: readonly string[]): boolean {
  return names.every((name, index) => {
    const found = field(element, name);
    const wanted = values[index] ?? '';
    return found !== undefined && (wanted === '' || scalarText(found) === wanted);
  });
}

function findElement(
  list: readonly Value[],
  allNames: readonly string[],
  allValues: readonly string[],
): Value | undefined {
  const { names, values } = usefulKeys([allValues], allValues, allNames);
  return list.find(
    (element) =>
      isMapping(element) &&
      names.every((name, index) => {
        const found = field(element, name);
        return found !== undefined && scalarText(found) === (values[index] ?? '');
      }),
  );
}

function isGone(element: Value): boolean {
  return element === null || (isMapping(element) && Object.keys(element).length === 0);
}

function removeElements(list: Value[], names: readonly string[], values: readonly string[]): void {
  const kept = list.filter(
    (element) => !isGone(element) && !(isMapping(element) && matchesElement(element, names, values)),
  );
  list.splice(0, list.length, ...kept);
}

function setElement(list: Value[], element: Mapping, names: readonly string[], values: readonly string[]): void {
  let replaced = false;
  for (let index = 0; index < list.length; index++) {
    const known = list[index];
    if (!isMapping(known) || !matchesElement(known, names, values)) continue;
    list[index] = element;
    replaced = true;
  }
  if (!replaced) list.push(element);
}

/** Puts the elements of `base` into `list`: over those with their keys, otherwise behind all. */
function appendElements(list: Value[], base: readonly Value[], keys: readonly string[]): Value[] {
  for (const element of base) {
    if (!isMapping(element)) {
      list.push(element);
      continue;
    }
    const present = keys.filter((key) => field(element, key) !== undefined);
    const values = present.map((key) => scalarText(field(element, key)) ?? '');
    // Several keys: kustomize takes the element out first, so that it goes to the end.
    if (keys.length > 1) removeElements(list, present, values);
    setElement(list, element, present, values);
  }
  return list;
}
