import { fieldElement, formatElement, indexElement } from '../fieldpath/path-element.ts';
import { isJsonObject, type JsonArray, type JsonObject, type JsonValue } from '../json-value.ts';
import {
  defaultShape,
  fieldType,
  shapeFor,
  type ListType,
  type MapType,
  type ScalarKind,
  type Schema,
  type TypeRef,
} from '../schema/schema.ts';
import { listItemElement } from './list-items.ts';
import { schemaFault, type Violation } from './violations.ts';

/** What a validation runs with, and where it writes what it finds. */
export interface Validation {
  readonly schema: Schema;
  readonly allowDuplicates: boolean;
  readonly violations: Violation[];
}

/** Checks a value against a type, adding to `run.violations`. Paths start at this value. */
export function validateValue(run: Validation, ref: TypeRef, value: JsonValue | undefined): void {
  const atom = run.schema.resolve(ref);
  const shape = atom && (shapeFor(atom, value) ?? defaultShape(atom));
  switch (shape) {
    case 'scalar': {
      const fault = scalarFault(atom?.scalar, value);
      if (fault !== undefined) run.violations.push({ path: '', message: fault });
      return;
    }
    case 'map':
      if (value === undefined || value === null) {
        if (value === undefined) run.violations.push({ path: '', message: 'expected a map, got nothing' });
      } else if (!isJsonObject(value)) {
        run.violations.push({ path: '', message: `expected a map, got ${kindOf(value)}` });
      } else if (atom?.map !== undefined) {
        validateMap(run, atom.map, value);
      }
      return;
    case 'list':
      if (value === undefined || value === null) return;
      if (!Array.isArray(value)) run.violations.push({ path: '', message: `expected a list, got ${kindOf(value)}` });
      else if (atom?.list !== undefined) validateList(run, atom.list, value as JsonArray);
      return;
    case undefined:
      run.violations.push(schemaFault(ref.namedType));
      return;
    default:
      shape satisfies never;
  }
}

/** Why a scalar does not fit its kind; undefined when it does. Null and nothing fit every kind. */
export function scalarFault(kind: ScalarKind | undefined, value: JsonValue | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  const is = typeof value;
  switch (kind) {
    case 'numeric':
      return is === 'number' || is === 'bigint' ? undefined : `expected numeric (int or float), got ${goTypeOf(value)}`;
    case 'string':
      return is === 'string' ? undefined : `expected a string, got ${kindOf(value)}`;
    case 'boolean':
      return is === 'boolean' ? undefined : `expected a boolean, got ${kindOf(value)}`;
    case 'untyped':
      return is !== 'object' ? undefined : `expected a scalar, got ${kindOf(value)}`;
    case 'unknown':
    case undefined:
      return 'the schema gives it an unknown kind of scalar';
    default:
      return kind satisfies never;
  }
}

function validateMap(run: Validation, type: MapType, map: JsonObject): void {
  for (const key of Object.keys(map)) {
    const ref = fieldType(type, key);
    if (ref === undefined) {
      run.violations.push({ path: formatElement(fieldElement(key)), message: 'field not declared in schema' });
      continue;
    }
    const before = run.violations.length;
    validateValue(run, ref, map[key] ?? null);
    if (run.violations.length > before) prefix(run.violations, before, formatElement(fieldElement(key)));
  }
}

function validateList(run: Validation, type: ListType, list: JsonArray): void {
  const associative = type.elementRelationship === 'associative';
  const seen = new Set<string>();
  for (const [at, item] of list.entries()) {
    const element = associative ? listItemElement(run.schema, type, item) : indexElement(at);
    if (typeof element === 'string') {
      run.violations.push({ path: '', message: `item ${at}: ${element}` });
      return;
    }
    if (associative && !run.allowDuplicates && seen.has(element.text)) {
      run.violations.push({ path: '', message: `duplicate entries for key ${formatElement(element)}` });
    }
    if (associative) seen.add(element.text);
    const before = run.violations.length;
    validateValue(run, type.elementType, item);
    if (run.violations.length > before) prefix(run.violations, before, formatElement(element));
  }
}

function prefix(violations: Violation[], from: number, path: string): void {
  for (let at = from; at < violations.length; at++) {
    const violation = violations[at];
    if (violation !== undefined) violations[at] = { ...violation, path: path + violation.path };
  }
}

// The kind only: a value may be a secret.
// The API server prints Go's type here, and what reads its messages knows them so.
function goTypeOf(value: JsonValue): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'object') return value === null ? '<nil>' : 'map[string]interface {}';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function kindOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'object':
      return 'a map';
    case 'number':
    case 'bigint':
      return 'a number';
    default:
      return `a ${typeof value}`;
  }
}
