import {
  deepEqual,
  encodeJson,
  getKey,
  isJsonObject,
  type JsonArray,
  type JsonObject,
  type JsonValue,
} from '@capstan/object';
import { RE2JS } from 're2js';
import type { FieldError } from '../registry/api-status-error.ts';
import { fitsFormat } from './formats.ts';
import type { StructuralSchema, ValueChecks } from './structural-schema.ts';

/** No more problems than this are told of one object. */
const MAX_ERRORS = 100;

/** What is wrong with a value by its structural schema: types, required fields, bounds, patterns, sets and maps. */
export function validateStructural(schema: StructuralSchema, value: JsonValue): readonly FieldError[] {
  const errors: FieldError[] = [];
  check(schema, value, '', errors);
  return errors;
}

function check(schema: StructuralSchema, value: JsonValue, path: string, errors: FieldError[]): void {
  if (errors.length >= MAX_ERRORS) return;
  if (value === null) {
    if (!schema.nullable && schema.type !== undefined) errors.push(wrongType(schema, value, path));
    return;
  }
  if (!fitsType(schema, value)) {
    errors.push(wrongType(schema, value, path));
    return;
  }
  checkValue(schema.checks, value, path, errors);
  if (Array.isArray(value)) checkList(schema, value as JsonArray, path, errors);
  else if (isJsonObject(value)) checkMapping(schema, value, path, errors);
  checkCombinations(schema.checks, value, path, errors);
}

function fitsType(schema: StructuralSchema, value: JsonValue): boolean {
  if (schema.intOrString) return typeof value === 'string' || isInteger(value);
  switch (schema.type) {
    case undefined:
      return true;
    case 'object':
      return isJsonObject(value);
    case 'array':
      return Array.isArray(value);
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return isInteger(value);
    case 'number':
      return typeof value === 'number' || typeof value === 'bigint';
    default:
      return true;
  }
}

function isInteger(value: JsonValue): boolean {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
}

function wrongType(schema: StructuralSchema, value: JsonValue, path: string): FieldError {
  const wanted = schema.intOrString ? 'integer,string' : (schema.type ?? '');
  const found = typeName(value);
  return {
    reason: 'FieldValueTypeInvalid',
    field: path === '' ? '<nil>' : path,
    message: `Invalid value: ${JSON.stringify(found)}: ${path} in body must be of type ${wanted}: ${JSON.stringify(found)}`,
  };
}

function typeName(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number' || typeof value === 'bigint') return isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function checkValue(checks: ValueChecks, value: JsonValue, path: string, errors: FieldError[]): void {
  const add = (reason: string, message: string) => errors.push({ reason, field: path, message });
  const shown = typeof value === 'object' ? '' : encodeJson(value, { escapeHtml: false });
  const bad = (why: string) => add('FieldValueInvalid', `Invalid value: ${shown}: ${path} in body ${why}`);
  if (typeof value === 'string') checkText(checks, value, path, add, bad);
  if (typeof value === 'number' || typeof value === 'bigint') checkNumber(checks, Number(value), bad);
  if (checks.enum !== undefined && !checks.enum.some((entry) => deepEqual(entry, value))) {
    const allowed = checks.enum.map((entry) => encodeJson(entry, { escapeHtml: false })).join(', ');
    add('FieldValueNotSupported', `Unsupported value: ${shown}: supported values: ${allowed}`);
  }
}

function checkText(
  checks: ValueChecks,
  value: string,
  path: string,
  add: (reason: string, message: string) => unknown,
  bad: (why: string) => unknown,
): void {
  const length = [...value].length;
  if (checks.maxLength !== undefined && length > checks.maxLength) {
    add('FieldValueTooLong', `Too long: may not be more than ${checks.maxLength} bytes`);
  } else if (checks.minLength !== undefined && length < checks.minLength) {
    bad(`should be at least ${checks.minLength} chars long`);
  } else if (checks.pattern !== undefined && !matches(checks.pattern, value)) bad(`should match '${checks.pattern}'`);
  if (checks.format !== undefined && !fitsFormat(checks.format, value)) {
    add(
      'FieldValueTypeInvalid',
      `Invalid value: ${JSON.stringify(value)}: ${path} in body must be of type ${checks.format}: ${JSON.stringify(value)}`,
    );
  }
}

const patterns = new Map<string, RE2JS | undefined>();
/** Compiled patterns that are kept; CRDs hold a few hundred each. */
const MAX_PATTERNS = 10_000;

/** A pattern that RE2 cannot read never matches, as in the API server. */
function matches(pattern: string, text: string): boolean {
  let compiled = patterns.get(pattern);
  if (compiled === undefined && !patterns.has(pattern)) {
    if (patterns.size >= MAX_PATTERNS) patterns.clear();
    try {
      compiled = RE2JS.compile(pattern);
    } catch {
      compiled = undefined;
    }
    patterns.set(pattern, compiled);
  }
  return compiled?.matcher(text).find() ?? false;
}

function checkNumber(checks: ValueChecks, value: number, bad: (why: string) => unknown): void {
  const { minimum, maximum, multipleOf } = checks;
  if (maximum !== undefined && (checks.exclusiveMaximum ? value >= maximum : value > maximum)) {
    bad(`should be less than ${checks.exclusiveMaximum ? '' : 'or equal to '}${maximum}`);
  }
  if (minimum !== undefined && (checks.exclusiveMinimum ? value <= minimum : value < minimum)) {
    bad(`should be greater than ${checks.exclusiveMinimum ? '' : 'or equal to '}${minimum}`);
  }
  if (multipleOf !== undefined && value % multipleOf !== 0) bad(`should be a multiple of ${multipleOf}`);
}

function checkList(schema: StructuralSchema, list: JsonArray, path: string, errors: FieldError[]): void {
  const { minItems, maxItems } = schema.checks;
  if (maxItems !== undefined && list.length > maxItems) {
    const message = `Too many: ${list.length}: must have at most ${maxItems} items`;
    errors.push({ reason: 'FieldValueTooMany', field: path, message });
  }
  if (minItems !== undefined && list.length < minItems) {
    const message = `Invalid value: ${list.length}: ${path} in body should have at least ${minItems} items`;
    errors.push({ reason: 'FieldValueInvalid', field: path, message });
  }
  const { items } = schema;
  if (items !== undefined) list.forEach((item, index) => check(items, item, `${path}[${index}]`, errors));
  checkDuplicates(schema, list, path, errors);
}

function checkDuplicates(schema: StructuralSchema, list: JsonArray, path: string, errors: FieldError[]): void {
  if (schema.listType !== 'set' && schema.listType !== 'map') return;
  const seen = new Set<string>();
  for (const [index, item] of list.entries()) {
    const key = schema.listType === 'set' ? item : keyOf(schema, item);
    const text = encodeJson(key, { escapeHtml: false });
    if (seen.has(text)) {
      const message = `Duplicate value: ${text}`;
      errors.push({ reason: 'FieldValueDuplicate', field: `${path}[${index}]`, message });
    }
    seen.add(text);
  }
}

function keyOf(schema: StructuralSchema, item: JsonValue): JsonObject {
  const key: Record<string, JsonValue> = {};
  if (!isJsonObject(item)) return key;
  for (const name of schema.listMapKeys) {
    const value = getKey(item, name);
    if (value !== undefined) key[name] = value;
  }
  return key;
}

function checkMapping(schema: StructuralSchema, value: JsonObject, path: string, errors: FieldError[]): void {
  const { minProperties, maxProperties, required } = schema.checks;
  const count = Object.keys(value).length;
  if (maxProperties !== undefined && count > maxProperties) {
    const message = `Too many: ${count}: must have at most ${maxProperties} items`;
    errors.push({ reason: 'FieldValueTooMany', field: path, message });
  }
  if (minProperties !== undefined && count < minProperties) {
    const message = `Invalid value: ${count}: ${path} in body should have at least ${minProperties} properties`;
    errors.push({ reason: 'FieldValueInvalid', field: path, message });
  }
  for (const name of required) {
    if (getKey(value, name) === undefined) {
      errors.push({ reason: 'FieldValueRequired', field: join(path, name), message: 'Required value' });
    }
  }
  const { additional } = schema;
  for (const [key, child] of Object.entries(value)) {
    const known = schema.properties.get(key) ?? (additional === true ? undefined : additional);
    if (known !== undefined) check(known, child, join(path, key), errors);
  }
}

function checkCombinations(checks: ValueChecks, value: JsonValue, path: string, errors: FieldError[]): void {
  const fits = (schema: StructuralSchema): boolean => {
    const found: FieldError[] = [];
    check(schema, value, path, found);
    return found.length === 0;
  };
  const bad = (why: string) => {
    const message = `Invalid value: "": ${JSON.stringify(path)} ${why}`;
    errors.push({ reason: 'FieldValueInvalid', field: '<nil>', message });
  };
  const nearest = ([first]: readonly StructuralSchema[]) => {
    if (first !== undefined) check(first, value, path, errors);
  };
  if (checks.anyOf.length > 0 && !checks.anyOf.some(fits)) {
    bad('must validate at least one schema (anyOf)');
    nearest(checks.anyOf);
  }
  if (checks.oneOf.length > 0) {
    const count = checks.oneOf.filter(fits).length;
    if (count === 0) {
      bad('must validate one and only one schema (oneOf). Found none valid');
      nearest(checks.oneOf);
    }
    if (count > 1) bad(`must validate one and only one schema (oneOf). Found ${count} valid alternatives`);
  }
  if (checks.allOf.some((schema) => !fits(schema))) bad('must validate all the schemas (allOf)');
  if (checks.not !== undefined && fits(checks.not)) bad('must not validate the schema (not)');
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
