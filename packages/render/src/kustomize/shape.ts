import type { JsonObject, JsonValue } from '@capstan/object';
import { getKey, isJsonObject } from '@capstan/object';
import { invalid } from './problem.ts';

/** What a field of a kustomization holds, in the terms in which Go reads it. */
export type Shape =
  | 'string'
  | 'boolean'
  | 'integer'
  | 'strings'
  | 'texts'
  | 'any'
  | { readonly list: Shape }
  | { readonly fields: Fields };

/** Fields by name. */
export type Fields = Readonly<Record<string, Shape>>;

/** The mapping with its keys as Go knows them: they are read without regard to case, unknown ones are refused. */
export function readShape(value: JsonValue, fields: Fields, where: string): JsonObject {
  const read = readValue(value, { fields }, where, '');
  return isJsonObject(read) ? read : {};
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

function readValue(value: JsonValue, shape: Shape, where: string, path: string): JsonValue {
  if (value === null || shape === 'any') return value;
  if (typeof shape === 'object' && 'fields' in shape) return readFields(value, shape.fields, where, path);
  if (shape === 'texts') return readTexts(value, where, path);
  if (shape === 'strings') return readList(value, 'string', where, path);
  if (typeof shape === 'object') return readList(value, shape.list, where, path);
  const fits =
    shape === 'integer'
      ? typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))
      : typeof value === shape;
  if (!fits) throw mismatch(value, shape, where, path);
  return value;
}

function readFields(value: JsonValue, fields: Fields, where: string, path: string): JsonValue {
  if (!isJsonObject(value)) throw mismatch(value, 'object', where, path);
  const read: Record<string, JsonValue> = {};
  for (const key of Object.keys(value)) {
    const name = knownName(fields, key);
    const shape = name === undefined ? undefined : fields[name];
    if (name === undefined || shape === undefined) {
      throw invalid(`${where}: invalid Kustomization: json: unknown field "${key}"`, { path: where, field: key });
    }
    const item = readValue(getKey(value, key) ?? null, shape, where, path === '' ? name : `${path}.${name}`);
    if (item !== null) read[name] = item;
  }
  return read;
}

function readList(value: JsonValue, shape: Shape, where: string, path: string): JsonValue {
  if (!Array.isArray(value)) throw mismatch(value, 'list', where, path);
  return (value as readonly JsonValue[]).map((item) => {
    const read = readValue(item, shape, where, path);
    if (read !== null) return read;
    return typeof shape === 'object' ? ('fields' in shape ? {} : []) : shape === 'string' ? '' : read;
  });
}

function readTexts(value: JsonValue, where: string, path: string): JsonValue {
  if (!isJsonObject(value)) throw mismatch(value, 'map of strings', where, path);
  const read = Object.fromEntries(
    Object.entries(value).map(([key, text]) => {
      if (text === null) return [key, ''];
      if (typeof text !== 'string') throw mismatch(text, 'string', where, `${path}.${key}`);
      return [key, text];
    }),
  );
  return read;
}

function mismatch(value: JsonValue, expected: string, where: string, path: string) {
  const found = Array.isArray(value)
    ? 'array'
    : value === null
      ? 'null'
      : typeof value === 'bigint'
        ? 'number'
        : typeof value;
  return invalid(
    `${where}: invalid Kustomization: json: cannot unmarshal ${found === 'boolean' ? 'bool' : found} into field ${path === '' ? '(root)' : path} of type ${expected}`,
    { path: where, field: path },
  );
}
