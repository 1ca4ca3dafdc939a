import { compareUtf8, getKey, isJsonObject, setKey, type JsonArray, type JsonValue } from '@capstan/object';
import { preview, previewWithType, sortedKeys, typeName } from './encode.ts';
import { isNumber, normalInteger, toIndex } from './numbers.ts';
import { CHARACTER, ENTRY, JqError, KEY, spend, tooExpensive, type Run } from './run.ts';
import { partsOf } from './search.ts';
import type { BinaryOperator } from './syntax.ts';

const TYPE_ORDER = { null: 0, boolean: 1, number: 3, string: 4, array: 5, object: 6 } as const;

/** jq's order over all values: null, false, true, numbers, texts, lists, objects. NaN stands before every number. */
export function compareValues(left: JsonValue, right: JsonValue): number {
  spend(ENTRY);
  if (isNumber(left) && isNumber(right)) {
    if (left < right || Number.isNaN(left)) return -1;
    return left == right ? 0 : 1; // eslint-disable-line eqeqeq -- a number and a bigint may be equal
  }
  if (typeof left === 'string' && typeof right === 'string') {
    spend(Math.min(left.length, right.length) * 4);
    return compareUtf8(left, right);
  }
  if (Array.isArray(left) && Array.isArray(right)) return compareLists(left as JsonArray, right as JsonArray);
  if (isJsonObject(left) && isJsonObject(right)) {
    const keys = sortedKeys(left);
    const byKeys = compareLists(keys, sortedKeys(right));
    if (byKeys !== 0) return byKeys;
    for (const key of keys) {
      const byValue = compareValues(getKey(left, key) ?? null, getKey(right, key) ?? null);
      if (byValue !== 0) return byValue;
    }
    return 0;
  }
  return orderOf(left) - orderOf(right);
}

/** Whether two values are equal in jq's order. */
export function equalValues(left: JsonValue, right: JsonValue): boolean {
  return compareValues(left, right) === 0;
}

/** What an operator makes of two values. @throws JqError; CapstanError EXPRESSION_TOO_EXPENSIVE */
export function operate(run: Run, operator: BinaryOperator, left: JsonValue, right: JsonValue): JsonValue {
  switch (operator) {
    case '+':
      return add(run, left, right);
    case '-':
      return subtract(run, left, right);
    case '*':
      return multiply(run, left, right);
    case '/':
      return divide(run, left, right);
    case '%':
      return modulo(left, right);
    case '==':
      return equalValues(left, right);
    case '!=':
      return !equalValues(left, right);
    case '<':
      return compareValues(left, right) < 0;
    case '<=':
      return compareValues(left, right) <= 0;
    case '>':
      return compareValues(left, right) > 0;
    case '>=':
      return compareValues(left, right) >= 0;
    default:
      return operator satisfies never;
  }
}

/** `+`: null is neutral, and an empty list or object gives the other one itself. */
export function add(run: Run, left: JsonValue, right: JsonValue): JsonValue {
  if (isNumber(left) && isNumber(right))
    return arithmetic(
      left,
      right,
      (a, b) => a + b,
      (a, b) => a + b,
    );
  if (typeof left === 'string' && typeof right === 'string') {
    run.make(left.length + right.length);
    return left + right;
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    if (left.length === 0) return right as JsonArray;
    if (right.length === 0) return left as JsonArray;
    run.make((left.length + right.length) * 2);
    return [...(left as JsonArray), ...(right as JsonArray)];
  }
  if (isJsonObject(left) && isJsonObject(right)) {
    const [a, b] = [Object.keys(left).length, Object.keys(right).length];
    if (a === 0) return right;
    if (b === 0) return left;
    run.make((a + b) * KEY);
    return { ...left, ...right };
  }
  if (left === null) return right;
  if (right === null) return left;
  return fail('add', left, right);
}

/** Changes the sign of a number. @throws JqError */
export function negate(value: JsonValue): JsonValue {
  if (typeof value === 'bigint') return normalInteger(-value);
  if (typeof value === 'number') return value === 0 && !Object.is(value, -0) ? 0 : -value;
  throw new JqError(`cannot negate: ${previewWithType(value)}`);
}

function subtract(run: Run, left: JsonValue, right: JsonValue): JsonValue {
  if (isNumber(left) && isNumber(right))
    return arithmetic(
      left,
      right,
      (a, b) => a - b,
      (a, b) => a - b,
    );
  if (!Array.isArray(left) || !Array.isArray(right)) return fail('subtract', left, right);
  run.make(left.length * right.length);
  return (left as JsonArray).filter((item) => !(right as JsonArray).some((other) => equalValues(item, other)));
}

function multiply(run: Run, left: JsonValue, right: JsonValue): JsonValue {
  if (isNumber(left) && isNumber(right))
    return arithmetic(
      left,
      right,
      (a, b) => a * b,
      (a, b) => a * b,
    );
  if (isJsonObject(left) && isJsonObject(right)) return mergeDeep(run, left, right);
  if (typeof left === 'string' && isNumber(right)) return repeat(run, left, Number(right));
  if (typeof right === 'string' && isNumber(left)) return repeat(run, right, Number(left));
  return fail('multiply', left, right);
}

function divide(run: Run, left: JsonValue, right: JsonValue): JsonValue {
  if (isNumber(left) && isNumber(right)) {
    if (Number(right) === 0) throw new JqError(`cannot divide ${previewWithType(left)} by: ${previewWithType(right)}`);
    if (isWhole(left) && isWhole(right) && (typeof left === 'bigint' || typeof right === 'bigint')) {
      const [a, b] = [BigInt(left), BigInt(right)];
      if (a % b === 0n) return normalInteger(a / b);
    }
    return Number(left) / Number(right);
  }
  if (typeof left !== 'string' || typeof right !== 'string') return fail('divide', left, right);
  return left === '' ? [] : splitText(run, left, right);
}

function modulo(left: JsonValue, right: JsonValue): JsonValue {
  if (!isNumber(left) || !isNumber(right)) return fail('modulo', left, right);
  if (Number.isNaN(left) || Number.isNaN(right)) return NaN;
  if (typeof left === 'bigint' || typeof right === 'bigint') {
    if (isWhole(left) && isWhole(right)) {
      if (BigInt(right) === 0n) failModulo(left, right);
      return normalInteger(BigInt(left) % BigInt(right));
    }
  }
  const [a, b] = [toIndex(left) ?? 0, toIndex(right) ?? 0];
  if (b === 0) failModulo(left, right);
  return (a % b) + 0;
}

function failModulo(left: JsonValue, right: JsonValue): never {
  throw new JqError(`cannot modulo ${previewWithType(left)} by: ${previewWithType(right)}`);
}

/** Splits at every occurrence; an empty separator gives characters. */
export function splitText(run: Run, text: string, separator: string): JsonValue[] {
  run.make(text.length * CHARACTER);
  return separator === '' ? [...text] : partsOf(text, separator);
}

/** Whole numbers stay whole as far as they are exact; beyond that they are counted digit by digit. */
function arithmetic(
  left: number | bigint,
  right: number | bigint,
  near: (left: number, right: number) => number,
  exact: (left: bigint, right: bigint) => bigint,
): JsonValue {
  if (isWhole(left) && isWhole(right)) {
    if (typeof left === 'number' && typeof right === 'number') {
      const result = near(left, right);
      if (Number.isSafeInteger(result)) return result;
    }
    if (!Number.isFinite(Number(left)) || !Number.isFinite(Number(right))) tooExpensive('whole numbers beyond 1e308');
    return normalInteger(exact(BigInt(left), BigInt(right)));
  }
  return near(Number(left), Number(right));
}

function isWhole(value: number | bigint): boolean {
  return typeof value === 'bigint' || (Number.isSafeInteger(value) && !Object.is(value, -0));
}

function mergeDeep(
  run: Run,
  left: Readonly<Record<string, JsonValue>>,
  right: Readonly<Record<string, JsonValue>>,
): JsonValue {
  const merged: Record<string, JsonValue> = { ...left };
  run.make((Object.keys(left).length + Object.keys(right).length) * KEY);
  for (const [key, value] of Object.entries(right)) {
    const old = getKey(merged, key);
    const bothObjects = old !== undefined && isJsonObject(old) && isJsonObject(value);
    setKey(merged, key, bothObjects ? mergeDeep(run, old, value) : value);
  }
  return merged;
}

function repeat(run: Run, text: string, times: number): JsonValue {
  if (times < 0 || Number.isNaN(times)) return null;
  const count = Math.trunc(Math.min(times, 2 ** 31 - 1));
  if (text.length * count >= 2 ** 31 - 1) {
    throw new JqError(`repeat string result too large: ${preview(text)} * ${preview(times)}`);
  }
  run.make(text.length * count);
  return text.repeat(count);
}

function compareLists(left: JsonArray, right: JsonArray): number {
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const order = compareValues(left[index] ?? null, right[index] ?? null);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function orderOf(value: JsonValue): number {
  return value === true ? 2 : TYPE_ORDER[typeName(value)];
}

function fail(verb: string, left: JsonValue, right: JsonValue): never {
  throw new JqError(`cannot ${verb}: ${previewWithType(left)} and ${previewWithType(right)}`);
}
