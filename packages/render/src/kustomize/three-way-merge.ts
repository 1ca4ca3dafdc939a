import { encodeJson } from '@capstan/object';
import { appendElements, fillTuples, findElement, keyTuples, setElement, usefulKeys } from './associative-list.ts';
import { commentedSchema } from './comment-schema.ts';
import { invalid } from './problem.ts';
import { builtinTable, schemaElements, schemaField, type Schema, type SchemaTable } from './schema.ts';
import { checkSameKind, embeddedSchema, inferredSchema } from './strategic-merge.ts';
import { field, isMapping, scalarText, setField, sortedKeys, type Mapping, type Value } from './value.ts';

/** Levels of nesting that are merged; deeper ones throw RENDER_INVALID. */
const MAX_DEPTH = 200;

/** One value as it is here, as it was upstream, and as it has become upstream. */
interface Sides {
  readonly local: Value | undefined;
  readonly origin: Value | undefined;
  readonly updated: Value | undefined;
}

/** How a three-way merge tells elements of lists apart. */
export interface ThreeWayOptions {
  readonly table?: SchemaTable;
  /** Whether lists that no schema tells of merge by the names of their elements. */
  readonly inferKeys?: boolean;
}

/**
 * Carries what has changed from `origin` to `updated` over to `local`, as kustomize's library does for copies of
 * packages (kyaml/yaml/merge3): upstream's changes win, what only `local` has stays. The arguments are used up; undefined
 * where nothing is left.
 */
export function mergeThreeWay(
  local: Mapping,
  origin: Mapping,
  updated: Mapping,
  { table = builtinTable, inferKeys = false }: ThreeWayOptions = {},
): Mapping | undefined {
  const merged = new ThreeWayMerge(table, inferKeys).merge({ local, origin, updated }, undefined, 0);
  return isMapping(merged) ? merged : undefined;
}

class ThreeWayMerge {
  private readonly table: SchemaTable;
  private readonly inferKeys: boolean;

  constructor(table: SchemaTable, inferKeys: boolean) {
    this.table = table;
    this.inferKeys = inferKeys;
  }

  merge(sides: Sides, known: Schema | undefined, depth: number): Value | undefined {
    if (depth > MAX_DEPTH) throw invalid(`objects to be merged are nested more than ${MAX_DEPTH} levels deep`);
    const { local, origin, updated } = sides;
    const all = [local, origin, updated];
    const schema =
      known ??
      embeddedSchema(local, this.table) ??
      embeddedSchema(origin, this.table) ??
      embeddedSchema(updated, this.table);
    const first = all.find((side) => side !== undefined && side !== null);
    if (first === undefined || first === null) return undefined;
    checkSameKind(first, ...all);
    if (isMapping(first)) return this.mergeMappings(sides, schema, depth);
    if (!Array.isArray(first)) return changed(sides, (value) => scalarText(value) ?? '');
    const lists = all.map((side) => (Array.isArray(side) ? side : []));
    const merging = schema ?? (this.inferKeys ? inferredSchema(lists, this.table) : undefined);
    if (merging?.keys === undefined) return changed(sides, (value) => encodeJson(value ?? null));
    return this.mergeLists(sides, merging, depth);
  }

  private mergeMappings({ local, origin, updated }: Sides, schema: Schema | undefined, depth: number) {
    const isCleared = updated === null || local === null || (local === undefined && updated === undefined);
    if (isCleared) return undefined;
    const into = isMapping(local) ? local : {};
    const of = (side: Value | undefined): Mapping => (isMapping(side) ? side : {});
    for (const key of sortedKeys({ ...into, ...of(origin), ...of(updated) })) {
      const known = commentedSchema(this.table, key, into, of(origin), of(updated)) ?? schemaField(schema, key);
      const sides = { local: field(into, key), origin: field(of(origin), key), updated: field(of(updated), key) };
      setField(into, key, this.merge(sides, known, depth + 1));
    }
    return into;
  }

  private mergeLists({ local, origin, updated }: Sides, schema: Schema, depth: number): Value | undefined {
    if (!Array.isArray(updated) && Array.isArray(origin)) return undefined;
    const into = Array.isArray(local) ? local : [];
    const lists = [into, origin, updated].map((side) => (Array.isArray(side) ? side : []));
    const keys = schema.keys ?? [];
    if (keys.length === 0) return this.mergePlain(into, lists);
    let tuples = keyTuples(lists.flat(), keys);
    if (keys.length > 1) tuples = fillTuples(tuples);
    const added: Value[] = [];
    let usedKeys: readonly string[] = keys;
    for (const tuple of tuples) {
      const { names, values } = usefulKeys(tuples, tuple, keys);
      usedKeys = names;
      const [here, before, now] = lists.map((list) => findElement(list, names, values));
      const merged = this.merge({ local: here, origin: before, updated: now }, schemaElements(schema), depth + 1);
      if (!isMapping(merged) || Object.keys(merged).length === 0) {
        setElement(into, undefined, names, values);
        continue;
      }
      names.forEach((name, index) => {
        const value = values[index] ?? '';
        if (field(merged, name) === undefined && value !== '') setField(merged, name, value);
      });
      setElement(added, merged, names, values);
    }
    return tuples.length === 0 ? into : appendElements(into, added, usedKeys);
  }

  /** A list of plain values that merges: each value is one that may have come or gone. */
  private mergePlain(into: Value[], lists: readonly (readonly Value[])[]): Value[] {
    const find = (list: readonly Value[] | undefined, text: string): Value | undefined =>
      list?.find((item) => scalarText(item) === text);
    for (const text of new Set(lists.flat().map((item) => scalarText(item) ?? ''))) {
      const [local, origin, updated] = lists.map((list) => find(list, text));
      const kept = changed({ local, origin, updated }, (value) => scalarText(value) ?? '');
      const at = into.findIndex((item) => scalarText(item) === text);
      if (kept === undefined && at >= 0) into.splice(at, 1);
      else if (kept !== undefined && at < 0) into.push(kept);
    }
    return into;
  }
}

/** A value that is taken as a whole: upstream's where it has changed there, otherwise the one that is here. */
function changed({ local, origin, updated }: Sides, textOf: (value: Value | undefined) => string): Value | undefined {
  if (updated === null || local === null) return undefined;
  if ((updated === undefined) !== (origin === undefined || origin === null)) return updated;
  if (updated === undefined) return local;
  return textOf(updated) === textOf(origin) ? local : updated;
}
