import { isCapstanError, messageOf } from '@capstan/errors';
import { compileCel } from '@capstan/expressions';
import { encodeJson, getKey, isJsonObject, type JsonArray, type JsonValue } from '@capstan/object';
import type { FieldError } from '../registry/api-status-error.ts';
import type { StructuralSchema, ValidationRule } from './structural-schema.ts';

/** No more broken rules than this are told of one object. */
const MAX_ERRORS = 100;

const OLD_SELF = /\boldSelf\b/;

/** The CEL rules of a schema that a value breaks, as a change from `old` when given. */
export function brokenRules(
  schema: StructuralSchema,
  value: JsonValue,
  old: JsonValue | undefined,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  visit(schema, value, old, '', errors);
  return errors;
}

function visit(
  schema: StructuralSchema,
  value: JsonValue,
  old: JsonValue | undefined,
  path: string,
  errors: FieldError[],
): void {
  if (!schema.rulesBelow || errors.length >= MAX_ERRORS || value === null) return;
  for (const rule of schema.rules) {
    const broken = judge(rule, value, old, path);
    if (broken !== undefined) errors.push(broken);
  }
  if (Array.isArray(value)) visitList(schema, value as JsonArray, old, path, errors);
  if (!isJsonObject(value)) return;
  for (const [key, child] of Object.entries(value)) {
    const below = schema.properties.get(key) ?? (schema.additional === true ? undefined : schema.additional);
    const before = isJsonObject(old) ? getKey(old, key) : undefined;
    if (below !== undefined) visit(below, child, before, path === '' ? key : `${path}.${key}`, errors);
  }
}

/** Items of a keyed list are compared with those of the same key; those of other lists with nothing. */
function visitList(
  schema: StructuralSchema,
  list: JsonArray,
  old: JsonValue | undefined,
  path: string,
  errors: FieldError[],
): void {
  const { items } = schema;
  if (items === undefined) return;
  const before = new Map<string, JsonValue>();
  if (schema.listType === 'map' && Array.isArray(old)) {
    for (const item of old as JsonArray) before.set(keyText(schema, item), item);
  }
  list.forEach((item, index) => visit(items, item, before.get(keyText(schema, item)), `${path}[${index}]`, errors));
}

function keyText(schema: StructuralSchema, item: JsonValue): string {
  return encodeJson(isJsonObject(item) ? schema.listMapKeys.map((key) => getKey(item, key) ?? null) : item);
}

function judge(
  rule: ValidationRule,
  self: JsonValue,
  old: JsonValue | undefined,
  path: string,
): FieldError | undefined {
  if (OLD_SELF.test(rule.rule) && old === undefined && !rule.optionalOldSelf) return undefined;
  const field = `${path}${rule.fieldPath ?? ''}`;
  const bindings = old === undefined ? { self } : { self, oldSelf: old };
  try {
    if (compileCel(rule.rule).evaluate(bindings) === true) return undefined;
  } catch (error) {
    if (!isCapstanError(error, 'EXPRESSION_FAILED', 'EXPRESSION_INVALID')) throw error;
    const shown = `rule: ${rule.rule}: ${messageOf(error)}`;
    return { reason: 'FieldValueInvalid', field: nilWhenEmpty(field), message: `${valueOf(self)}${shown}` };
  }
  const message = `${valueOf(self)}${messageFor(rule, bindings)}`;
  return { reason: rule.reason ?? 'FieldValueInvalid', field: nilWhenEmpty(field), message };
}

function nilWhenEmpty(field: string): string {
  return field === '' ? '<nil>' : field;
}

/** Only plain values are shown. */
function valueOf(self: JsonValue): string {
  return typeof self === 'object' ? 'Invalid value: ' : `Invalid value: ${encodeJson(self, { escapeHtml: false })}: `;
}

function messageFor(rule: ValidationRule, bindings: Readonly<Record<string, JsonValue>>): string {
  if (rule.messageExpression !== undefined) {
    try {
      const text = compileCel(rule.messageExpression).evaluate(bindings);
      if (typeof text === 'string' && text.trim() !== '') return text;
    } catch (error) {
      if (!isCapstanError(error, 'EXPRESSION_FAILED', 'EXPRESSION_INVALID')) throw error;
    }
  }
  return rule.message ?? `failed rule: ${rule.rule.trim()}`;
}
