import { isJsonObject, type JsonValue } from '@capstan/object';
import {
  deducedType,
  FieldSet,
  parsePathElement,
  parseSchema,
  type Path,
  type Schema,
  type SchemaType,
} from '@capstan/object/merge';
import { parse } from '@capstan/yaml';

/** A YAML text as a value: null for an empty one. Some of upstream's have a stray closing brace, which Go passes over. */
export function valueOf(text: string): JsonValue {
  if (text.trim() === '') return null;
  const surplus = text.startsWith('{') ? text.split('}').length - text.split('{').length : 0;
  return parse(surplus > 0 ? text.trimEnd().slice(0, -surplus) : text, { rules: 'v2' });
}

const schemas = new Map<string, Schema>();

/** The schema written in a case; cases share few, so each is read once. */
export function schemaOf(text: string): Schema {
  let schema = schemas.get(text);
  if (schema === undefined) schemas.set(text, (schema = parseSchema(parse(text))));
  return schema;
}

/** The type that a case names. */
export function typeOf(testCase: {
  readonly schema?: string | undefined;
  readonly type?: string | undefined;
  readonly deduced?: boolean | undefined;
}): SchemaType {
  if (testCase.deduced === true || testCase.schema === undefined) return deducedType;
  const type = schemaOf(testCase.schema).type(testCase.type ?? '');
  if (type === undefined) throw new Error(`the schema has no type ${testCase.type ?? ''}`);
  return type;
}

/** A path written as a list of elements (`f:NAME`, `k:JSON`, `v:JSON`, `i:N`). */
export function pathOf(texts: readonly string[]): Path {
  return texts.map((text) => {
    const element = parsePathElement(text);
    if (element === undefined) throw new Error(`no path element: ${text}`);
    return element;
  });
}

/** A set written as a list of paths. */
export function setOf(paths: readonly (readonly string[])[]): FieldSet {
  return FieldSet.of(...paths.map(pathOf));
}

/** A value with the keys of its maps sorted, so that texts can be compared. */
export function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(sorted);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, sorted(v)]),
  );
}
