import { FieldSet, type FieldSetEntry } from '../fieldpath/field-set.ts';
import { fieldElement, formatElement, type PathElement } from '../fieldpath/path-element.ts';
import { valuesEqual } from '../fieldpath/value-order.ts';
import { getKey, isJsonObject, type JsonArray, type JsonObject, type JsonValue } from '../json-value.ts';
import {
  defaultShape,
  fieldType,
  shapeFor,
  type Atom,
  type ListType,
  type MapType,
  type Schema,
  type Shape,
  type TypeRef,
} from '../schema/schema.ts';
import { indexItems } from './list-items.ts';
import { assertSameType } from './merge-values.ts';
import type { TypedValue } from './typed-value.ts';
import { scalarFault } from './validate.ts';
import { schemaFault, throwViolations, type Violation } from './violations.ts';

/** What differs between two values. No path stands in more than one of the sets; equal values have none. */
export interface Comparison {
  readonly removed: FieldSet;
  readonly modified: FieldSet;
  readonly added: FieldSet;
}

type Kind = keyof Comparison;

/** Whether the two values compared were the same. */
export function isSame(comparison: Comparison): boolean {
  return comparison.removed.isEmpty && comparison.modified.isEmpty && comparison.added.isEmpty;
}

/** What the right value has removed, modified and added. Throws SCHEMA_VIOLATION. */
export function compareTyped(left: TypedValue, right: TypedValue): Comparison {
  assertSameType(left, right);
  const comparer = new Comparer(left.type.schema);
  const found = comparer.compare(left.type.ref, left.value, right.value)?.below;
  throwViolations(comparer.violations, 'The values cannot be compared');
  return {
    removed: found?.set('removed') ?? FieldSet.empty,
    modified: found?.set('modified') ?? FieldSet.empty,
    added: found?.set('added') ?? FieldSet.empty,
  };
}

/** What is known of one value: what happened to it as a whole, and to what lies below it. */
interface Difference {
  readonly self: Kind | undefined;
  readonly below: Level | undefined;
}

/** The differences below one value, by kind. */
class Level {
  readonly #entries: Partial<Record<Kind, Map<string, FieldSetEntry>>> = {};

  set(kind: Kind): FieldSet | undefined {
    const entries = this.#entries[kind];
    return entries && new FieldSet(entries);
  }

  mark(kind: Kind, element: PathElement): void {
    this.#put(kind, { element, member: true, children: undefined });
  }

  add(element: PathElement, { self, below }: Difference): void {
    for (const kind of kinds) {
      const children = below?.set(kind);
      if (self === kind || children !== undefined) this.#put(kind, { element, member: self === kind, children });
    }
  }

  absorb(other: Level): void {
    for (const kind of kinds) for (const entry of other.#entries[kind]?.values() ?? []) this.#put(kind, entry);
  }

  #put(kind: Kind, entry: FieldSetEntry): void {
    const entries = (this.#entries[kind] ??= new Map<string, FieldSetEntry>());
    const text = entry.element.text;
    const known = entries.get(text);
    const joined = known && new FieldSet(new Map([[text, known]])).union(new FieldSet(new Map([[text, entry]])));
    entries.set(text, joined?.entry(text) ?? entry);
  }
}

const kinds: readonly Kind[] = ['removed', 'modified', 'added'];

class Comparer {
  readonly violations: Violation[] = [];
  readonly #schema: Schema;

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  compare(ref: TypeRef, left: JsonValue | undefined, right: JsonValue | undefined): Difference | undefined {
    if (left === right) return undefined;
    const atom = this.#schema.resolve(ref);
    if (atom === undefined || defaultShape(atom) === undefined) {
      this.violations.push(schemaFault(ref.namedType));
      return undefined;
    }
    const [before, after] = [shapeFor(atom, left), shapeFor(atom, right)];
    if (right === undefined) return this.#compareAs(atom, before, left, right);
    if (left === undefined || before === after) return this.#compareAs(atom, after, left, right);
    // The value changes its shape: what was below it goes, what is below it comes.
    return both(this.#compareAs(atom, before, left, right), this.#compareAs(atom, after, left, right));
  }

  #compareAs(
    atom: Atom,
    shape: Shape | undefined,
    left: JsonValue | undefined,
    right: JsonValue | undefined,
  ): Difference | undefined {
    const as = shape ?? defaultShape(atom);
    if (as === 'map' && atom.map !== undefined) return this.#compareMaps(atom.map, left, right);
    if (as === 'list' && atom.list !== undefined) return this.#compareLists(atom.list, left, right);
    const faults = [scalarFault(atom.scalar, left), scalarFault(atom.scalar, right)];
    for (const message of faults.every((fault) => fault !== undefined) ? faults : []) {
      this.violations.push({ path: '', message });
    }
    return leaf(left, right);
  }

  #compareMaps(type: MapType, left: JsonValue | undefined, right: JsonValue | undefined): Difference | undefined {
    const [before, after] = [asMap(left), asMap(right)];
    const bothEmpty = isEmptyMap(before) && isEmptyMap(after);
    if (type.elementRelationship === 'atomic' || bothEmpty) return leaf(left, right);
    const level = new Level();
    let found = false;
    const visit = (key: string): void => {
      const from = this.violations.length;
      const [ours, theirs] = [before && getKey(before, key), after && getKey(after, key)];
      const difference = this.compare(fieldType(type, key) ?? {}, ours, theirs);
      if (this.violations.length > from) this.#prefix(from, `.${key}`);
      if (difference === undefined) return;
      level.add(fieldElement(key), difference);
      found = true;
    };
    for (const key of before === undefined ? [] : Object.keys(before)) visit(key);
    for (const key of after === undefined ? [] : Object.keys(after)) {
      if (before === undefined || !Object.hasOwn(before, key)) visit(key);
    }
    return container(left, right, found ? level : undefined);
  }

  #compareLists(type: ListType, left: JsonValue | undefined, right: JsonValue | undefined): Difference | undefined {
    const [before, after] = [asList(left), asList(right)];
    const bothEmpty = (before?.length ?? 0) === 0 && (after?.length ?? 0) === 0;
    if (type.elementRelationship === 'atomic' || bothEmpty) return leaf(left, right);
    const ours = indexItems(this.#schema, type, before ?? []);
    const theirs = indexItems(this.#schema, type, after ?? []);
    for (const message of [...ours.faults, ...theirs.faults]) this.violations.push({ path: '', message });
    const level = new Level();
    const seen = new Set<string>();
    let found = false;
    for (const element of [...ours.elements, ...theirs.elements]) {
      if (seen.has(element.text)) continue;
      seen.add(element.text);
      const from = this.violations.length;
      const [some, others] = [ours.items.get(element.text) ?? [], theirs.items.get(element.text) ?? []];
      if (this.#compareItems(type, element, some, others, level)) found = true;
      if (this.violations.length > from) this.#prefix(from, formatElement(element));
    }
    return container(left, right, found ? level : undefined);
  }

  // Items that a list repeats are compared as a whole: they are one member, marked when that came, went or changed.
  #compareItems(
    type: ListType,
    element: PathElement,
    before: readonly JsonValue[],
    after: readonly JsonValue[],
    level: Level,
  ): boolean {
    const wasRepeated = before.length > 1;
    const isRepeated = after.length > 1;
    if (wasRepeated && isRepeated) {
      if (valuesEqual(before, after)) return false;
      level.mark('modified', element);
      return true;
    }
    const ours = wasRepeated ? undefined : before[0];
    const theirs = isRepeated ? undefined : after[0];
    const difference =
      ours === undefined && theirs === undefined ? undefined : this.compare(type.elementType, ours, theirs);
    if (difference !== undefined) level.add(element, difference);
    if (wasRepeated) level.mark('removed', element);
    if (isRepeated) level.mark('added', element);
    return difference !== undefined || wasRepeated || isRepeated;
  }

  #prefix(from: number, path: string): void {
    for (let at = from; at < this.violations.length; at++) {
      const violation = this.violations[at];
      if (violation !== undefined) this.violations[at] = { ...violation, path: path + violation.path };
    }
  }
}

function leaf(left: JsonValue | undefined, right: JsonValue | undefined): Difference | undefined {
  if (left === undefined) return { self: 'added', below: undefined };
  if (right === undefined) return { self: 'removed', below: undefined };
  return valuesEqual(left, right) ? undefined : { self: 'modified', below: undefined };
}

function container(
  left: JsonValue | undefined,
  right: JsonValue | undefined,
  below: Level | undefined,
): Difference | undefined {
  const self = left === undefined ? 'added' : right === undefined ? 'removed' : undefined;
  return self === undefined && below === undefined ? undefined : { self, below };
}

function both(first: Difference | undefined, second: Difference | undefined): Difference | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  if (first.below !== undefined && second.below !== undefined) first.below.absorb(second.below);
  return { self: first.self ?? second.self, below: first.below ?? second.below };
}

function asMap(value: JsonValue | undefined): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}

function asList(value: JsonValue | undefined): JsonArray | undefined {
  return Array.isArray(value) ? (value as JsonArray) : undefined;
}

function isEmptyMap(map: JsonObject | undefined): boolean {
  return map === undefined || Object.keys(map).length === 0;
}
