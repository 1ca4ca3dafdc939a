import {
  appendElements,
  fillTuples,
  findElement,
  keyTuples,
  mergePlain,
  setElement,
  usefulKeys,
} from './associative-list.ts';
import { commentedSchema } from './comment-schema.ts';
import { readPlain } from './plain-text.ts';
import { invalid } from './problem.ts';
import { isInFlow, isStyled, isTyped, noteFlow, noteScalar, printedAs, styleOf, takeFlow } from './scalar-notes.ts';
import { builtinTable, schemaElements, schemaField, schemaOf, type Schema, type SchemaTable } from './schema.ts';
import { takeBadKey, takeTwice } from './unprintable.ts';
import {
  field,
  isMapping,
  noteField,
  scalarText,
  setField,
  sortedKeys,
  takeNote,
  textAt,
  textField,
  type Mapping,
  type Value,
} from './value.ts';

/** What a patch does to what it is applied to. */
export type Directive = 'merge' | 'replace' | 'delete';
const DIRECTIVE = '$patch';

/** Levels of nesting that a patch may have; deeper ones throw RENDER_INVALID. */
const MAX_DEPTH = 200;

/** How a merge differs from that of a patch in a kustomization. */
export interface MergeOptions {
  /** The schema of lists; that of the built-in kinds when absent. */
  readonly table?: SchemaTable;
  /** Where elements go that only the patch has; first when absent. */
  readonly newElements?: 'first' | 'last';
  /** Whether lists that no schema tells of merge by the names of their elements. */
  readonly inferKeys?: boolean;
}

/**
 * Merges `patch` into `target` as kustomize 5.8.1 does: lists of built-in kinds by their merge keys, new elements
 * first; `$patch` directives; null deletes. Both are used up: parts of them are shared with the result, which is
 * undefined where the patch deletes the target.
 */
export function strategicMerge(
  target: Mapping,
  patch: Mapping,
  { table = builtinTable, newElements = 'first', inferKeys = false }: MergeOptions = {},
): Mapping | undefined {
  const merged = merge(target, patch, undefined, { table, newElements, inferKeys, depth: 0 });
  return isMapping(merged) ? merged : undefined;
}

/** The options that a merge goes by, and how deep it is. */
interface At extends Required<MergeOptions> {
  readonly depth: number;
}

function deeper(at: At): At {
  return { ...at, depth: at.depth + 1 };
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
    const merging = schema ?? (at.inferKeys ? inferredSchema(lists, at.table) : undefined);
    return merging?.keys === undefined ? replaced(target, patch) : mergeLists(target, patch, lists, merging, at);
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

/** The schema of a built-in kind that stands inside of an object, or is one. */
export function embeddedSchema(value: Value | undefined, table: SchemaTable): Schema | undefined {
  if (!isMapping(value)) return undefined;
  const kind = textField(value, 'kind');
  const apiVersion = textField(value, 'apiVersion');
  return kind === '' || apiVersion === '' ? undefined : schemaOf(table, apiVersion, kind);
}

/** The schema of lists of which nothing is known: their elements' names, where they have them. */
export function inferredSchema(lists: readonly (readonly Value[])[], table: SchemaTable): Schema | undefined {
  const named = lists.filter((list) => list.length > 0).map((list) => list.every((item) => hasName(item)));
  if (!named.includes(true)) return undefined;
  if (named[0] === true && named.includes(false)) throw invalid('conflicting merge keys: not every element has a name');
  return { table, definition: 0, keys: ['name'] };
}

function hasName(item: Value): boolean {
  return isMapping(item) && field(item, 'name') !== undefined;
}

function kindOf(value: Value): string {
  return Array.isArray(value) ? 'SequenceNode' : isMapping(value) ? 'MappingNode' : 'ScalarNode';
}

/** Throws RENDER_INVALID where the sides that have a value have values of different kinds. */
export function checkSameKind(first: Value, ...sides: readonly (Value | undefined)[]): void {
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
    // What is empty stands within brackets anyhow, and takes after what comes into it.
    if (Object.keys(target).length === 0) takeFlow(patch, target);
    const directive = takeMappingDirective(patch);
    if (directive === 'delete') return undefined;
    if (directive === 'replace') base = patch;
  }
  if (!isMapping(base)) return undefined;
  const side = isMapping(patch) ? patch : undefined;
  const other = side === base ? undefined : side;
  for (const key of sortedKeys({ ...base, ...side })) {
    if (key === '') throw invalid('wrong node kind: expected ScalarNode but was MappingNode: a key is empty');
    const isPatched = other !== undefined && field(other, key) !== undefined;
    const second = settle(base, key, isPatched);
    if (second !== undefined) {
      putSecond(base, key, second);
      continue;
    }
    const next = merge(
      field(base, key),
      side === undefined ? undefined : field(side, key),
      commentedSchema(at.table, key, base, side) ?? schemaField(schema, key),
      deeper(at),
    );
    if (other === undefined) {
      setField(base, key, next);
      quoteWord(base, key, next);
    } else setMerged(base, other, key, next);
  }
  return base;
}

/** A scalar of the patch is a text where one in quotes stood before; otherwise it is what it was in the patch. */
function setMerged(base: Mapping, side: Mapping, key: string, next: Value | undefined): void {
  const isScalar = next !== null && typeof next !== 'object' && next !== undefined;
  const isOfPatch = isScalar && Object.is(field(side, key), next);
  const text = isOfPatch ? (textAt(side, key) ?? '') : '';
  const isNew = field(base, key) === undefined;
  if (isNew) takeBadKey(side, base, key);
  if (isOfPatch) takeNote(base, key);
  keepFlow(field(base, key), next);
  if (!isOfPatch) setField(base, key, next);
  else if (isStyled(base, key) && !isTyped(side, key)) {
    const style = styleOf(base, key);
    setField(base, key, text);
    // The quotes of what was printed and read again are told by what stood there.
    if (printedAs(base) !== undefined) noteScalar(base, key, { value: text, text, style });
  } else {
    const style = isNew ? styleOf(side, key) : 'plain';
    setField(base, key, next);
    const isTold = style === 'plain' && text === scalarText(next) && printedAs(base) === undefined;
    if (!isTold) noteScalar(base, key, { value: next, text, style });
  }
  if (isNew || !isOfPatch) quoteWord(base, key, next);
}

/** What takes the place of something within brackets stands within brackets. */
function keepFlow(before: Value | undefined, next: Value | undefined): void {
  if (typeof before !== 'object' || before === null || typeof next !== 'object' || next === null) return;
  if (isInFlow(before)) noteFlow(next);
}

/** Words that YAML 1.1 reads as booleans and YAML 1.2 as texts. */
const WORDS = new Set(['y', 'n', 'yes', 'no', 'on', 'off'].flatMap((word) => spellings(word)));

function spellings(word: string): string[] {
  return [word, word.toUpperCase(), word.slice(0, 1).toUpperCase() + word.slice(1)];
}

/** What a merge has passed by, or has put where nothing was, stands in quotes from then on, where YAML would read it otherwise. */
function quoteWord(mapping: Mapping, key: string, value: Value | undefined): void {
  if (typeof value !== 'string' || (readPlain(value) === value && !WORDS.has(value))) return;
  if (styleOf(mapping, key) === 'plain' && textAt(mapping, key) === value) {
    noteScalar(mapping, key, { value, text: value, style: 'quoted' });
  }
}

/**
 * What kustomize's notes about a field come to when the object is patched, and the field with it or not. Gives what takes
 * the place of a field that stood twice, first with nothing.
 */
function settle(mapping: Mapping, key: string, isPatched: boolean): Mapping | undefined {
  const note = takeNote(mapping, key);
  const value = field(mapping, key);
  if (note !== undefined && note !== 'untyped' && value === null) {
    // Of a key that stands twice one goes.
    const second = isPatched ? undefined : takeTwice(mapping, key);
    if (second !== undefined) return second;
    setField(mapping, key, undefined);
  } else if (note === 'untyped') {
    if (value === null || typeof value === 'string') noteField(mapping, key, 'untyped');
    else if (!isPatched && value !== undefined && typeof value !== 'object') {
      const text = textAt(mapping, key) ?? '';
      setField(mapping, key, text);
      noteScalar(mapping, key, { value: text, text, style: 'quoted' });
    }
  }
  return undefined;
}

function putSecond(mapping: Mapping, key: string, second: Mapping): void {
  const value = field(second, key);
  setField(mapping, key, value);
  const text = textAt(second, key);
  const isTold = value === undefined || text === undefined || text === scalarText(value);
  if (!isTold) noteScalar(mapping, key, { value, text, style: styleOf(second, key) });
}

/**
 * What a patch says about itself with `$patch`, which is taken out of it. Throws RENDER_INVALID for a scalar, which can
 * say nothing, and for a directive that is none.
 */
export function takeDirective(patch: Value): Directive {
  if (isMapping(patch)) return takeMappingDirective(patch);
  if (Array.isArray(patch)) return takeListDirective(patch);
  throw invalid('no implemented strategic merge patch strategy for a scalar');
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
  if (target.length === 0) takeFlow(patch, target);
  const directive = takeListDirective(patch);
  if (directive === 'delete') return undefined;
  if (directive === 'replace') return mergeElements(patch, [patch, patch], schema, at);
  return mergeElements(target, lists, schema, at);
}

/** Merges elements by key; elements that only the patch has come before the others. */
function mergeElements(base: Value[], [target, patch]: readonly [Value[], Value[]], schema: Schema, at: At): Value {
  const keys = schema.keys ?? [];
  const inOrder = at.newElements === 'first' ? [...patch, ...target] : [...target, ...patch];
  if (keys.length === 0) return mergePlain([...inOrder, ...base]);
  let tuples = keyTuples(inOrder, keys);
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
      setElement(base, undefined, names, values);
      continue;
    }
    names.forEach((name, index) => {
      const value = values[index] ?? '';
      if (field(merged, name) === undefined && value !== '') setField(merged, name, value);
    });
    setElement(added, merged, names, values);
  }
  if (tuples.length === 0) return base;
  return at.newElements === 'first' ? appendElements(added, base, usedKeys) : appendElements(base, added, usedKeys);
}
