import { CapstanError } from '@capstan/errors';
import { getKey, getPath, isJsonObject, type JsonArray, type JsonObject, type JsonValue } from '../json-value.ts';
import type { GroupVersionKind } from '../kubernetes-object.ts';
import { OBJECT_META } from './object-meta.ts';
import { commonTypes, UNTYPED_ATOMIC, UNTYPED_DEDUCED } from './deduced.ts';
import {
  atomOf,
  inlinedRef,
  Schema,
  type Atom,
  type ElementRelationship,
  type ListType,
  type MapType,
  type ScalarKind,
  type SchemaType,
  type StructField,
  type TypeRef,
} from './schema.ts';
import { gvkKey, type TypesByKind } from './types-by-kind.ts';

/** How deep schemas may nest in place. Structural schemas stay far below it. */
const MAX_DEPTH = 200;

const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const RAW_EXTENSION = 'io.k8s.apimachinery.pkg.runtime.RawExtension';
const deducedRef: TypeRef = { namedType: UNTYPED_DEDUCED };
const untypedRef: TypeRef = { namedType: UNTYPED_ATOMIC };

/** The merge schema of an OpenAPI document, with its types by kind. */
export interface OpenApiTypes extends TypesByKind {
  readonly schema: Schema;
}

/**
 * Reads the merge schema off an OpenAPI v3 document of a group-version, as `/openapi/v3` serves it: list and map types,
 * list keys with their defaults, references (also in an `allOf` of one), what preserves unknown fields. What it does not
 * describe is deduced from the value. Follows kube-openapi's `schemaconv`. Throws SCHEMA_VIOLATION.
 */
export function fromOpenApi(document: JsonValue): OpenApiTypes {
  const definitions = getPath(document, 'components', 'schemas');
  if (!isJsonObject(definitions)) throw invalid('the OpenAPI document', 'has no components.schemas');
  const types = new Map<string, Atom>(commonTypes);
  const names = new Map<string, string>();
  for (const name of Object.keys(definitions)) {
    const definition = getKey(definitions, name);
    if (!isJsonObject(definition) || Object.hasOwn(definition, '$ref')) continue;
    types.set(name, definitionAtom(name, definition));
    for (const gvk of kindsOf(definition)) names.set(gvkKey(gvk), name);
  }
  const schema = new Schema(types);
  return {
    schema,
    typeOf(gvk: GroupVersionKind): SchemaType | undefined {
      const name = names.get(gvkKey(gvk));
      return name === undefined ? undefined : schema.type(name);
    },
  };
}

/** The atom of one definition. Quantities and raw extensions are what they are, whatever their definition says. */
function definitionAtom(name: string, definition: JsonObject): Atom {
  if (name === QUANTITY) return atomOf({ scalar: 'untyped' });
  if (name === RAW_EXTENSION) return commonTypes[0]?.[1] ?? atomOf({ scalar: 'untyped' });
  return schemaAtom(definition, { where: name, preserve: false, depth: 0 });
}

/** Where a conversion stands: `preserve` is inherited from a schema that keeps unknown fields. */
export interface Conversion {
  readonly where: string;
  readonly preserve: boolean;
  readonly depth: number;
}

/** The atom of a schema in place. */
export function schemaAtom(schema: JsonObject, from: Conversion): Atom {
  if (from.depth > MAX_DEPTH) throw invalid(from.where, `nests more than ${MAX_DEPTH} schemas`);
  const preserve = from.preserve || getKey(schema, 'x-kubernetes-preserve-unknown-fields') === true;
  const at: Conversion = { ...from, preserve, depth: from.depth + 1 };
  const type = getKey(schema, 'type');
  switch (type) {
    case undefined:
    case '':
      return atomOf({ scalar: 'untyped', list: listOf(schema, at), map: mapOf(schema, at) });
    case 'object':
      return atomOf({ map: mapOf(schema, at) });
    case 'array':
      return atomOf({ list: listOf(schema, at) });
    default:
      return atomOf({ scalar: scalarOf(type, getKey(schema, 'format')) });
  }
}

function scalarOf(type: JsonValue, format: JsonValue | undefined): ScalarKind {
  if (type === 'integer' || type === 'number') return 'numeric';
  if (type === 'boolean') return 'boolean';
  const plain = format === undefined || format === '' || format === 'byte';
  return type === 'string' && plain ? 'string' : 'untyped';
}

function refOf(schema: JsonObject, at: Conversion): TypeRef {
  const namedType = referenceOf(schema);
  if (namedType === undefined) return inlinedRef(schemaAtom(schema, at));
  const elementRelationship = mapRelationship(schema, at);
  return elementRelationship === undefined ? { namedType } : { namedType, elementRelationship };
}

function referenceOf(schema: JsonObject): string | undefined {
  const direct = getKey(schema, '$ref');
  const allOf = getKey(schema, 'allOf');
  const wrapped = Array.isArray(allOf) && allOf.length === 1 ? getPath(allOf as JsonArray, 0, '$ref') : undefined;
  const reference = direct ?? wrapped;
  if (typeof reference !== 'string') return undefined;
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  return name === '' ? undefined : name;
}

function mapOf(schema: JsonObject, at: Conversion): MapType {
  const fields = new Map<string, StructField>();
  const properties = getKey(schema, 'properties');
  for (const name of isJsonObject(properties) ? Object.keys(properties) : []) {
    const property = isJsonObject(properties) ? getKey(properties, name) : undefined;
    if (!isJsonObject(property)) continue;
    const fallback = getKey(property, 'default');
    const type = refOf(property, { ...at, where: `${at.where}.${name}` });
    fields.set(name, { name, type, ...(fallback === undefined ? {} : { default: fallback }) });
  }
  if (getKey(schema, 'x-kubernetes-embedded-resource') === true) addObjectFields(fields);
  return {
    fields,
    elementType: additionalType(schema, fields.size > 0, at),
    elementRelationship: mapRelationship(schema, at) ?? 'separable',
  };
}

// An embedded object has apiVersion, kind and metadata of its own, which its schema need not name. The metadata are
// described as far as the schema goes, as the API server publishes them.
function addObjectFields(fields: Map<string, StructField>): void {
  const text: TypeRef = inlinedRef(atomOf({ scalar: 'string' }));
  for (const name of ['apiVersion', 'kind']) if (!fields.has(name)) fields.set(name, { name, type: text });
  const described = fields.get('metadata')?.type.namedType !== undefined;
  if (!described) fields.set('metadata', { name: 'metadata', type: { namedType: OBJECT_META } });
}

function additionalType(schema: JsonObject, hasFields: boolean, at: Conversion): TypeRef | undefined {
  const additional = getKey(schema, 'additionalProperties');
  if (isJsonObject(additional)) return refOf(additional, at);
  if (additional === true) return deducedRef;
  if (additional === false) return undefined;
  // A struct allows its own fields only; an object of which nothing is said allows any.
  return at.preserve || !hasFields ? deducedRef : undefined;
}

function listOf(schema: JsonObject, at: Conversion): ListType {
  const items = getKey(schema, 'items');
  const elementType = isJsonObject(items) ? refOf(items, at) : untypedRef;
  return { elementType, ...listRelationship(schema, at) };
}

function listRelationship(schema: JsonObject, at: Conversion): Pick<ListType, 'elementRelationship' | 'keys'> {
  const listType = getKey(schema, 'x-kubernetes-list-type');
  switch (listType) {
    case 'atomic':
      return { elementRelationship: 'atomic', keys: [] };
    case 'set':
      return { elementRelationship: 'associative', keys: [] };
    case 'map':
      return { elementRelationship: 'associative', keys: mapKeys(schema, at) };
    case undefined:
      return patchRelationship(schema);
    default:
      throw invalid(at.where, 'has an unknown x-kubernetes-list-type');
  }
}

function mapKeys(schema: JsonObject, at: Conversion): readonly string[] {
  const keys = getKey(schema, 'x-kubernetes-list-map-keys');
  if (!Array.isArray(keys)) throw invalid(at.where, 'is a list of type map without x-kubernetes-list-map-keys');
  return (keys as JsonArray).filter((key) => typeof key === 'string');
}

// Lists that have no list type yet are read by how strategic merge patch treats them.
function patchRelationship(schema: JsonObject): Pick<ListType, 'elementRelationship' | 'keys'> {
  const strategy = getKey(schema, 'x-kubernetes-patch-strategy');
  if (strategy !== 'merge' && strategy !== 'merge,retainKeys') return { elementRelationship: 'atomic', keys: [] };
  const key = getKey(schema, 'x-kubernetes-patch-merge-key');
  return { elementRelationship: 'associative', keys: typeof key === 'string' ? [key] : [] };
}

function mapRelationship(schema: JsonObject, at: Conversion): ElementRelationship | undefined {
  const type = getKey(schema, 'x-kubernetes-map-type');
  if (type === undefined) return undefined;
  if (type === 'atomic') return 'atomic';
  if (type === 'granular') return 'separable';
  throw invalid(at.where, 'has an unknown x-kubernetes-map-type');
}

function kindsOf(definition: JsonObject): readonly GroupVersionKind[] {
  const list = getKey(definition, 'x-kubernetes-group-version-kind');
  if (!Array.isArray(list)) return [];
  const kinds: GroupVersionKind[] = [];
  for (const each of list as JsonArray) {
    const [group, version, kind] = ['group', 'version', 'kind'].map((key) => getPath(each, key));
    if (typeof group !== 'string' || typeof version !== 'string' || typeof kind !== 'string' || kind === '') continue;
    kinds.push({ group, version, kind });
  }
  return kinds;
}

function invalid(where: string, what: string): CapstanError<'SCHEMA_VIOLATION'> {
  return new CapstanError('SCHEMA_VIOLATION', `No merge schema can be made: ${where} ${what}.`, { data: { where } });
}
