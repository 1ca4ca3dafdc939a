import type { JsonValue } from '../json-value.ts';

/** The kinds of scalar: `untyped` is any of them, `unknown` (a kind that the schema misspells) only null. */
export type ScalarKind = 'numeric' | 'string' | 'boolean' | 'untyped' | 'unknown';

/**
 * How the items of a list or map belong together: an `atomic` one is a single leaf, the items of an `associative` list
 * are found by key or value, those of a `separable` map (the default) by name.
 */
export type ElementRelationship = 'atomic' | 'associative' | 'separable';

/** A list: what its items are, and by which of their fields they are told apart when it is associative. */
export interface ListType {
  readonly elementType: TypeRef;
  readonly elementRelationship: ElementRelationship;
  readonly keys: readonly string[];
}

/** A field of a struct, with the default that stands for a missing list key. */
export interface StructField {
  readonly name: string;
  readonly type: TypeRef;
  readonly default?: JsonValue;
}

/** A struct (named fields), a map (`elementType` for every other key) or both. */
export interface MapType {
  readonly fields: ReadonlyMap<string, StructField>;
  readonly elementType: TypeRef | undefined;
  readonly elementRelationship: ElementRelationship;
}

/** Which of an atom's shapes is meant. */
export type Shape = 'scalar' | 'list' | 'map';

/** The shapes that a value of a type may take; usually one. `only` names it when there is exactly one. */
export interface Atom {
  readonly scalar?: ScalarKind;
  readonly list?: ListType;
  readonly map?: MapType;
  readonly only?: Shape;
}

/** A type by name or in place. `elementRelationship` overrides that of the type referred to. */
export interface TypeRef {
  readonly namedType?: string;
  readonly inlined?: Atom;
  readonly elementRelationship?: ElementRelationship;
}

/** A type in its schema: all that the engine needs to know about a value. */
export interface SchemaType {
  readonly schema: Schema;
  readonly ref: TypeRef;
}

/** An atom of the given shapes. */
export function atomOf(shapes: {
  readonly scalar?: ScalarKind | undefined;
  readonly list?: ListType | undefined;
  readonly map?: MapType | undefined;
}): Atom {
  const { scalar, list, map } = shapes;
  const present: Shape[] = [];
  if (map !== undefined) present.push('map');
  if (scalar !== undefined) present.push('scalar');
  if (list !== undefined) present.push('list');
  const [first] = present;
  return {
    ...(scalar === undefined ? {} : { scalar }),
    ...(list === undefined ? {} : { list }),
    ...(map === undefined ? {} : { map }),
    ...(present.length === 1 && first !== undefined ? { only: first } : {}),
  };
}

/** A reference to a type that stands in place. */
export function inlinedRef(atom: Atom): TypeRef {
  return { inlined: atom };
}

/** The atom that fits nothing: what an absent type resolves to. */
export const EMPTY_ATOM: Atom = atomOf({});

/** Named types, and what references to them resolve to. Immutable; answers are remembered per reference. */
export class Schema {
  readonly #types: ReadonlyMap<string, Atom>;
  readonly #resolved = new WeakMap<TypeRef, Atom>();
  readonly #named = new Map<string, SchemaType>();

  constructor(types: ReadonlyMap<string, Atom>) {
    this.#types = types;
    for (const name of types.keys()) this.#named.set(name, { schema: this, ref: { namedType: name } });
  }

  /** The atom behind a reference; undefined when it names an unknown type or overrides what a scalar does not have. */
  resolve(ref: TypeRef): Atom | undefined {
    const known = this.#resolved.get(ref);
    if (known !== undefined) return known;
    const atom = this.#lookUp(ref);
    if (atom !== undefined) this.#resolved.set(ref, atom);
    return atom;
  }

  /** The names of all types. */
  typeNames(): readonly string[] {
    return [...this.#types.keys()];
  }

  /** The named type in this schema, always the same object; undefined when there is none. */
  type(name: string): SchemaType | undefined {
    return this.#named.get(name);
  }

  #lookUp(ref: TypeRef): Atom | undefined {
    const base = ref.namedType === undefined ? (ref.inlined ?? EMPTY_ATOM) : this.#types.get(ref.namedType);
    if (base === undefined || ref.elementRelationship === undefined) return base;
    const elementRelationship = ref.elementRelationship;
    if (base.map !== undefined) return atomOf({ ...base, map: { ...base.map, elementRelationship } });
    if (base.list !== undefined) return atomOf({ ...base, list: { ...base.list, elementRelationship } });
    return undefined;
  }
}

/** The type of the value under `key` in a map; undefined when the schema does not allow that key. */
export function fieldType(map: MapType, key: string): TypeRef | undefined {
  return map.fields.get(key)?.type ?? map.elementType;
}

/** The shape of `atom` that `value` takes; undefined when several are possible or the value fits none of several. */
export function shapeFor(atom: Atom, value: JsonValue | undefined): Shape | undefined {
  if (atom.only !== undefined) return atom.only;
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object') return atom.scalar === undefined ? undefined : 'scalar';
  if (Array.isArray(value)) return atom.list === undefined ? undefined : 'list';
  return atom.map === undefined ? undefined : 'map';
}

/** The shape to fall back on for a value that decides nothing (null) or fits none: map before scalar before list. */
export function defaultShape(atom: Atom): Shape | undefined {
  if (atom.map !== undefined) return 'map';
  if (atom.scalar !== undefined) return 'scalar';
  return atom.list === undefined ? undefined : 'list';
}
