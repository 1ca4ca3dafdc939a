import { CapstanError } from '@capstan/errors';
import { formatElement, type PathElement } from '../fieldpath/path-element.ts';
import { valuesEqual } from '../fieldpath/value-order.ts';
import { getKey, isJsonObject, setKey, type JsonArray, type JsonObject, type JsonValue } from '../json-value.ts';
import {
  defaultShape,
  fieldType,
  shapeFor,
  type ListType,
  type MapType,
  type Schema,
  type TypeRef,
} from '../schema/schema.ts';
import { indexItems, type IndexedItems } from './list-items.ts';
import { withValue, type TypedValue } from './typed-value.ts';
import { scalarFault } from './validate.ts';
import { schemaFault, throwViolations, type Violation } from './violations.ts';

/**
 * The left value with the right, partial one laid over it. Nothing is removed; where both have a leaf, the right one
 * stands; items of lists keep the left order unless the right one changes it. What does not change is the same object
 * as before, so a merge that changes nothing gives the left value itself. Throws SCHEMA_VIOLATION.
 */
export function mergeTyped(left: TypedValue, right: TypedValue): TypedValue {
  assertSameType(left, right);
  const merger = new Merger(left.type.schema, right.mayHoldDuplicates);
  const value = merger.merge(left.type.ref, left.value, right.value);
  throwViolations(merger.violations, 'The values cannot be merged');
  return withValue(left, value);
}

/** Throws SCHEMA_VIOLATION unless both values are of the same type of the same schema. */
export function assertSameType(left: TypedValue, right: TypedValue): void {
  const [a, b] = [left.type.ref, right.type.ref];
  if (left.type.schema === right.type.schema && (a === b || (a.namedType === b.namedType && a.inlined === b.inlined))) {
    return;
  }
  const names = `${a.namedType ?? 'an inlined type'} and ${b.namedType ?? 'an inlined type'}`;
  throw new CapstanError('SCHEMA_VIOLATION', `Values of two types cannot be taken together: ${names}.`);
}

class Merger {
  readonly violations: Violation[] = [];
  readonly #schema: Schema;
  readonly #rightMayRepeat: boolean;

  constructor(schema: Schema, rightMayRepeat: boolean) {
    this.#schema = schema;
    this.#rightMayRepeat = rightMayRepeat;
  }

  merge(ref: TypeRef, left: JsonValue | undefined, right: JsonValue | undefined): JsonValue | undefined {
    // What stands on one side only was valid before: it is taken whole, unless a repeated item must be found in it.
    if (right === undefined) return left;
    if (left === undefined && !this.#rightMayRepeat) return right;
    const atom = this.#schema.resolve(ref);
    const shape = atom && (shapeFor(atom, right) ?? defaultShape(atom));
    if (atom === undefined || shape === undefined) {
      this.violations.push(schemaFault(ref.namedType));
      return left;
    }
    if (shape === 'map' && atom.map !== undefined) return this.#mergeMaps(atom.map, left, right);
    if (shape === 'list' && atom.list !== undefined) return this.#mergeLists(atom.list, left, right);
    const fault = scalarFault(atom.scalar, right);
    if (fault !== undefined && (left === undefined || scalarFault(atom.scalar, left) !== undefined)) {
      this.violations.push({ path: '', message: fault });
    }
    return keepRight(left, right);
  }

  #mergeMaps(type: MapType, left: JsonValue | undefined, right: JsonValue): JsonValue | undefined {
    const [ours, theirs] = [asMap(left), asMap(right)];
    const bothEmpty = isEmptyMap(ours) && isEmptyMap(theirs);
    if (type.elementRelationship === 'atomic' || bothEmpty) return keepRight(left, right);
    if (theirs === undefined || isEmptyMap(theirs)) return ours;
    const out: Record<string, JsonValue> = ours === undefined ? {} : copyOf(ours);
    let changed = ours === undefined;
    for (const key of Object.keys(theirs)) {
      const before = ours && getKey(ours, key);
      const from = this.violations.length;
      const merged = this.merge(fieldType(type, key) ?? {}, before, getKey(theirs, key));
      if (this.violations.length > from) this.#prefix(from, `.${key}`);
      if (merged === before || merged === undefined) continue;
      setKey(out, key, merged);
      changed = true;
    }
    return changed ? out : ours;
  }

  #mergeLists(type: ListType, left: JsonValue | undefined, right: JsonValue): JsonValue | undefined {
    const [ours, theirs] = [asList(left), asList(right)];
    const bothEmpty = isEmptyList(ours) && isEmptyList(theirs);
    if (type.elementRelationship === 'atomic' || bothEmpty) return keepRight(left, right);
    const rights = indexItems(this.#schema, type, theirs ?? []);
    const lefts = indexItems(this.#schema, type, ours ?? []);
    if (!this.#checkItems(rights, lefts)) return undefined;
    const out = this.#interleave(type, lefts, rights, ours ?? []);
    if (out.length === 0) return undefined;
    const same = out.length === ours?.length && out.every((item, at) => item === ours[at]);
    return same ? ours : out;
  }

  #checkItems(rights: IndexedItems, lefts: IndexedItems): boolean {
    const before = this.violations.length;
    for (const message of [...rights.faults, ...lefts.faults]) this.violations.push({ path: '', message });
    const seen = new Set<string>();
    for (const element of rights.elements) {
      if (seen.has(element.text)) {
        const message = `duplicate entries for key ${formatElement(element)}`;
        this.violations.push({ path: '', message });
      }
      seen.add(element.text);
    }
    return this.violations.length === before;
  }

  // Both orders are kept as far as they agree: items of one side only stay beside their neighbours, shared ones come in
  // the right side's order.
  #interleave(type: ListType, lefts: IndexedItems, rights: IndexedItems, ours: JsonArray): JsonValue[] {
    const out: JsonValue[] = [];
    const shared = rights.elements.filter(({ text }) => lefts.items.has(text));
    const merged = new Set<string>();
    let nextShared = 0;
    let [l, r] = [0, 0];
    const take = (element: PathElement, left: JsonValue | undefined): void => {
      const right = rights.items.get(element.text)?.[0];
      const from = this.violations.length;
      const item = this.merge(type.elementType, left, right);
      if (this.violations.length > from) this.#prefix(from, formatElement(element));
      if (item !== undefined) out.push(item);
    };
    while (l < lefts.elements.length || r < rights.elements.length) {
      const left = lefts.elements[l];
      const right = rights.elements[r];
      if (left !== undefined && right !== undefined) {
        if (left.text === right.text) {
          merged.add(left.text);
          take(left, onlyItem(lefts, left));
          l++;
          r++;
          nextShared++;
          continue;
        }
        const wanted = shared[nextShared];
        if (rights.items.has(left.text) && wanted !== undefined && wanted.text !== left.text) {
          l++;
          continue;
        }
      }
      if (left !== undefined && !rights.items.has(left.text)) {
        take(left, ours[l]);
        l++;
        continue;
      }
      if (left !== undefined && merged.has(left.text)) l++;
      if (right !== undefined) {
        merged.add(right.text);
        take(right, onlyItem(lefts, right));
        r++;
        if (shared[nextShared]?.text === right.text) nextShared++;
      }
    }
    return out;
  }

  #prefix(from: number, path: string): void {
    for (let at = from; at < this.violations.length; at++) {
      const violation = this.violations[at];
      if (violation !== undefined) this.violations[at] = { ...violation, path: path + violation.path };
    }
  }
}

// A repeated item is replaced, not merged.
function onlyItem(items: IndexedItems, element: PathElement): JsonValue | undefined {
  const found = items.items.get(element.text);
  return found === undefined ? undefined : found.length === 1 ? found[0] : null;
}

// Where the leaf does not change, the left one stays the same object.
function keepRight(left: JsonValue | undefined, right: JsonValue | undefined): JsonValue | undefined {
  if (right === undefined) return left;
  return left !== undefined && valuesEqual(left, right) ? left : right;
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

function isEmptyList(list: JsonArray | undefined): boolean {
  return list === undefined || list.length === 0;
}

function copyOf(map: JsonObject): Record<string, JsonValue> {
  const out: Record<string, JsonValue> = {};
  for (const key of Object.keys(map)) setKey(out, key, map[key] ?? null);
  return out;
}
