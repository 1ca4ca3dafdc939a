import type { JsonObject, JsonValue } from '@capstan/object';
import { getKey, isJsonObject } from '@capstan/object';
import { invalid } from './problem.ts';
import { scalarText } from './value.ts';

/** What a field of a kustomization holds, in the terms in which Go reads it. */
export type Shape =
  | 'string'
  /** A text of a Go type that is embedded twice: other scalars never become one. */
  | 'exact string'
  | 'boolean'
  | 'integer'
  | 'strings'
  | 'texts'
  | 'any'
  | { readonly list: Shape }
  | { readonly fields: Fields };

/** Fields by name. */
export type Fields = Readonly<Record<string, Shape>>;

/** What a shape is read as. */
export type Read<Known extends Shape> = Known extends 'string' | 'exact string'
  ? string
  : Known extends 'boolean'
    ? boolean
    : Known extends 'integer'
      ? number | bigint
      : Known extends 'strings'
        ? readonly string[]
        : Known extends 'texts'
          ? Readonly<Record<string, string>>
          : Known extends { readonly list: infer Item extends Shape }
            ? readonly Read<Item>[]
            : Known extends { readonly fields: infer Names extends Fields }
              ? ReadFields<Names>
              : JsonValue;

/** Fields as they are read: each may be missing. */
export type ReadFields<Known extends Fields> = { readonly [Name in keyof Known]?: Read<Known[Name]> };

/** How strictly a mapping is read. */
interface Manner {
  /** Whether unknown fields are passed over and scalars become texts where texts are wanted. */
  readonly loose: boolean;
  /** Whether keys are read with regard to case. */
  readonly exact: boolean;
}

/**
 * The mapping with its keys as Go knows them: they are read without regard to case, unknown ones are refused. Throws
 * RENDER_INVALID.
 */
export function readShape<const Known extends Fields>(
  value: JsonValue,
  fields: Known,
  where: string,
): ReadFields<Known> {
  return checked(value, fields, where, { loose: false, exact: false });
}

/**
 * The mapping as `sigs.k8s.io/yaml` reads one into a type: unknown fields are passed over, and scalars become texts where
 * texts are wanted. `exact`: as go-yaml does, with regard to case. Throws RENDER_INVALID for values that do not fit.
 */
export function readLoosely<const Known extends Fields>(
  value: JsonValue,
  fields: Known,
  where: string,
  exact = false,
): ReadFields<Known> {
  return checked(value, fields, where, { loose: true, exact });
}

function checked<Known extends Fields>(
  value: JsonValue,
  fields: Known,
  where: string,
  manner: Manner,
): ReadFields<Known> {
  const read = new ShapeReader(where, manner).read(value, { fields }, '');
  // Every value has been held against its shape.
  return (isJsonObject(read) ? read : {}) as ReadFields<Known>;
}

/** The mapping without the fields that `fields` does not have, at any depth; nothing is checked. */
export function keepKnown(value: JsonObject, fields: Fields): JsonObject {
  const kept: Record<string, JsonValue> = {};
  for (const key of Object.keys(value)) {
    const name = knownName(fields, key);
    const shape = name === undefined ? undefined : fields[name];
    if (name !== undefined && shape !== undefined) kept[name] = keepValue(getKey(value, key) ?? null, shape);
  }
  return kept;
}

function keepValue(value: JsonValue, shape: Shape): JsonValue {
  if (typeof shape !== 'object') return value;
  if ('fields' in shape) return isJsonObject(value) ? keepKnown(value, shape.fields) : value;
  return Array.isArray(value) ? (value as readonly JsonValue[]).map((item) => keepValue(item, shape.list)) : value;
}

function knownName(fields: Fields, key: string): string | undefined {
  if (Object.hasOwn(fields, key)) return key;
  return Object.keys(fields).find((known) => known.toLowerCase() === key.toLowerCase());
}

function nameIn(fields: Fields, key: string, exact: boolean): string | undefined {
  if (exact) return Object.hasOwn(fields, key) ? key : undefined;
  return knownName(fields, key);
}

class ShapeReader {
  private readonly where: string;
  private readonly manner: Manner;

  constructor(where: string, manner: Manner) {
    this.where = where;
    this.manner = manner;
  }

  read(value: JsonValue, shape: Shape, path: string): JsonValue {
    if (value === null || shape === 'any') return value;
    if (typeof shape === 'object' && 'fields' in shape) return this.readFields(value, shape.fields, path);
    if (shape === 'texts') return this.readTexts(value, path);
    if (shape === 'strings') return this.readList(value, 'string', path);
    if (typeof shape === 'object') return this.readList(value, shape.list, path);
    const scalar = this.manner.loose && shape === 'string' ? asText(value) : value;
    const fits =
      shape === 'integer' ? isInt64(scalar) : typeof scalar === (shape === 'exact string' ? 'string' : shape);
    if (!fits) throw this.mismatch(value, shape, path);
    return scalar;
  }

  private readFields(value: JsonValue, fields: Fields, path: string): JsonValue {
    if (!isJsonObject(value)) throw this.mismatch(value, 'object', path);
    const read: Record<string, JsonValue> = {};
    for (const key of Object.keys(value)) {
      const name = nameIn(fields, key, this.manner.exact);
      const shape = name === undefined ? undefined : fields[name];
      if (name === undefined || shape === undefined) {
        if (this.manner.loose) continue;
        throw invalid(`${this.where}: invalid Kustomization: json: unknown field "${key}"`, {
          path: this.where,
          field: key,
        });
      }
      const item = this.read(getKey(value, key) ?? null, shape, path === '' ? name : `${path}.${name}`);
      if (item !== null) read[name] = item;
    }
    return read;
  }

  private readList(value: JsonValue, shape: Shape, path: string): JsonValue {
    if (!Array.isArray(value)) throw this.mismatch(value, 'list', path);
    return (value as readonly JsonValue[]).map((item) => {
      const read = this.read(item, shape, path);
      if (read !== null) return read;
      return typeof shape === 'object'
        ? 'fields' in shape
          ? {}
          : []
        : shape === 'string' || shape === 'exact string'
          ? ''
          : read;
    });
  }

  private readTexts(value: JsonValue, path: string): JsonValue {
    if (!isJsonObject(value)) throw this.mismatch(value, 'map of strings', path);
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        const text = item === null ? '' : this.manner.loose ? asText(item) : item;
        if (typeof text !== 'string') throw this.mismatch(item, 'string', `${path}.${key}`);
        return [key, text];
      }),
    );
  }

  private mismatch(value: JsonValue, expected: string, path: string) {
    const found = Array.isArray(value)
      ? 'array'
      : value === null
        ? 'null'
        : typeof value === 'bigint'
          ? 'number'
          : typeof value;
    return invalid(
      `${this.where}: invalid Kustomization: json: cannot unmarshal ${found === 'boolean' ? 'bool' : found} into field ${path === '' ? '(root)' : path} of type ${expected}`,
      { path: this.where, field: path },
    );
  }
}

/** Whether a value is a whole number that Go's int64 holds. A float comes to Go as the digits that tell it from others. */
function isInt64(value: JsonValue): boolean {
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value;
  if (typeof value !== 'number' || !Number.isInteger(value)) return false;
  return Number.isSafeInteger(value) || (Math.abs(value) < 1e21 && isInt64(BigInt(String(value))));
}

/** A scalar as text, as Go's YAML gives it to a field of text; what is none stays as it is. */
function asText(value: JsonValue): JsonValue {
  if (typeof value === 'object') return value;
  if (typeof value === 'number' && Number.isFinite(value) && !Number.isSafeInteger(value)) return singleText(value);
  return scalarText(value) ?? value;
}

/** The shortest text of a float of 32 bits: Go prints floats so that were to be texts (sigs.k8s.io/yaml). */
function singleText(value: number): string {
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return single > 0 ? '+Inf' : '-Inf';
  const digits = [1, 2, 3, 4, 5, 6, 7, 8, 9].find((count) => Math.fround(Number(single.toPrecision(count))) === single);
  const [mantissa = '', power = '0'] = single.toExponential((digits ?? 9) - 1).split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(Number(`${mantissa}e${power}`));
  const sign = exponent < 0 ? '-' : '+';
  return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
