import { CapstanError } from '@capstan/errors';
import { getKey, isJsonObject, type JsonValue } from '../json-value.ts';
import {
  atomOf,
  Schema,
  type Atom,
  type ElementRelationship,
  type ListType,
  type MapType,
  type ScalarKind,
  type StructField,
  type TypeRef,
} from './schema.ts';

const scalarKinds: readonly ScalarKind[] = ['numeric', 'string', 'boolean', 'untyped'];
const relationships: readonly ElementRelationship[] = ['atomic', 'associative', 'separable'];

/**
 * A schema out of structured-merge-diff's own notation (`{types: [{name, scalar, list, map}]}`), as `schemaschema`
 * upstream defines it. An unknown scalar makes a type that no value but null fits, as upstream. Throws SCHEMA_VIOLATION.
 */
export function parseSchema(document: JsonValue): Schema {
  const types = new Map<string, Atom>();
  for (const type of listAt(document, 'types', 'the schema')) {
    const name = getText(type, 'name');
    if (name === undefined) throw invalid('a type has no name');
    if (!types.has(name)) types.set(name, parseAtom(type, name));
  }
  return new Schema(types);
}

function parseAtom(value: JsonValue, where: string): Atom {
  if (!isJsonObject(value)) throw invalid(`${where} is no mapping`);
  const list = getKey(value, 'list');
  const map = getKey(value, 'map');
  return atomOf({
    scalar: parseScalar(getText(value, 'scalar')),
    list: list === undefined ? undefined : parseList(list, where),
    map: map === undefined ? undefined : parseMap(map, where),
  });
}

// Upstream rejects values of a scalar kind that it does not know, and only then.
function parseScalar(text: string | undefined): ScalarKind | undefined {
  return text === undefined ? undefined : (scalarKinds.find((kind) => kind === text) ?? 'unknown');
}

function parseList(value: JsonValue, where: string): ListType {
  return {
    elementType: parseRef(valueAt(value, 'elementType'), where),
    elementRelationship: parseRelationship(valueAt(value, 'elementRelationship'), where) ?? 'atomic',
    keys: listAt(value, 'keys', where).filter((key) => typeof key === 'string'),
  };
}

function parseMap(value: JsonValue, where: string): MapType {
  const fields = new Map<string, StructField>();
  for (const field of listAt(value, 'fields', where)) {
    const name = getText(field, 'name');
    if (name === undefined) throw invalid(`a field of ${where} has no name`);
    const fallback = valueAt(field, 'default');
    const type = parseRef(valueAt(field, 'type'), `${where}.${name}`);
    fields.set(name, { name, type, ...(fallback === undefined ? {} : { default: fallback }) });
  }
  const elementType = valueAt(value, 'elementType');
  return {
    fields,
    elementType: elementType === undefined ? undefined : parseRef(elementType, where),
    elementRelationship: parseRelationship(valueAt(value, 'elementRelationship'), where) ?? 'separable',
  };
}

function parseRef(value: JsonValue | undefined, where: string): TypeRef {
  if (value === undefined) return {};
  const namedType = getText(value, 'namedType');
  if (namedType === undefined) return { inlined: parseAtom(value, where) };
  const elementRelationship = parseRelationship(valueAt(value, 'elementRelationship'), where);
  return { namedType, ...(elementRelationship === undefined ? {} : { elementRelationship }) };
}

function parseRelationship(value: JsonValue | undefined, where: string): ElementRelationship | undefined {
  if (value === undefined) return undefined;
  const relationship = relationships.find((known) => known === value);
  if (relationship !== undefined) return relationship;
  throw invalid(`${where} has an unknown elementRelationship`);
}

function valueAt(value: JsonValue, key: string): JsonValue | undefined {
  const found = isJsonObject(value) ? getKey(value, key) : undefined;
  return found === null ? undefined : found;
}

function getText(value: JsonValue, key: string): string | undefined {
  const found = valueAt(value, key);
  return typeof found === 'string' ? found : undefined;
}

function listAt(value: JsonValue, key: string, where: string): readonly JsonValue[] {
  const found = valueAt(value, key) ?? [];
  if (!Array.isArray(found)) throw invalid(`${key} of ${where} is no list`);
  return found as readonly JsonValue[];
}

function invalid(what: string): CapstanError<'SCHEMA_VIOLATION'> {
  return new CapstanError('SCHEMA_VIOLATION', `The merge schema cannot be read: ${what}.`);
}
