import { CapstanError } from '@capstan/errors';
import { compareUtf8, isJsonObject, type JsonValue } from '@capstan/object';

/**
 * A value of an object as upstream's Lua checks see it: null is absence, and every number is a double. What Lua would
 * raise an error for fails here with `HEALTH_UNREADABLE`, which makes the object's health Unknown.
 */
export type Value = Exclude<JsonValue, null | bigint> | undefined;

function asSeen(value: JsonValue | undefined): Value {
  if (value === null) return undefined;
  return typeof value === 'bigint' ? Number(value) : value;
}

/** Fails with `HEALTH_UNREADABLE`: `what` says which field has not the form that the check reads. */
export function unreadable(what: string): never {
  throw new CapstanError('HEALTH_UNREADABLE', `the health check of this kind cannot read the object: ${what}`);
}

/** What Lua calls the type of a value. */
function formOf(value: Value): string {
  if (value === undefined) return 'absent';
  return typeof value === 'object' ? 'a table' : `a ${typeof value}`;
}

/** The value at a path; undefined where the last key is absent. Throws where there is nothing to read a key from. */
export function get(value: Value | null | bigint, ...keys: readonly string[]): Value {
  let current = asSeen(value);
  for (const key of keys) {
    if (isJsonObject(current)) current = Object.hasOwn(current, key) ? asSeen(current[key]) : undefined;
    else if (Array.isArray(current) || typeof current === 'string') current = undefined;
    else unreadable(`what holds "${key}" (of ${keys.join('.')}) is ${formOf(current)}`);
  }
  return current;
}

/** The value at a path; undefined where any of its keys is absent. */
export function peek(value: Value | null | bigint, ...keys: readonly string[]): Value {
  let current = asSeen(value);
  for (const key of keys) {
    if (current === undefined) return undefined;
    current = get(current, key);
  }
  return current;
}

/** The values of several keys of a mapping, by key. Throws where there is nothing to read a key from. */
export function fields<Key extends string>(value: Value, ...keys: readonly Key[]): Readonly<Record<Key, Value>> {
  return Object.fromEntries(keys.map((key) => [key, get(value, key)])) as Record<Key, Value>;
}

/** The elements of a list, in order, nulls left out; none of a mapping. Throws for what is neither. */
export function list(value: Value): readonly Value[] {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(asSeen).filter((one) => one !== undefined);
  return isJsonObject(value) ? [] : unreadable(`a list is ${formOf(value)}`);
}

/** The values of a mapping or a list with their keys (a list's from 1). Throws for what is neither. */
export function entries(value: Value): readonly (readonly [string, Value])[] {
  if (!isJsonObject(value)) return list(value).map((one, index) => [String(index + 1), one] as const);
  return Object.entries(value).flatMap(([key, one]) => (one === null ? [] : [[key, asSeen(one)] as const]));
}

/** How many elements a list has; bytes of a text; 0 for a mapping. */
export function count(value: Value): number {
  return typeof value === 'string' ? new TextEncoder().encode(value).length : list(value).length;
}

/** Whether a value is anything but absent or false: 0 and the empty text are true. */
export function isTrue(value: Value): boolean {
  return value !== undefined && value !== false;
}

/** The value, or `fallback` where it is absent or false. */
export function or<Other extends Value>(value: Value, fallback: Other): Value {
  return isTrue(value) ? value : fallback;
}

/** `left < right` of two numbers or two texts (by their bytes). Throws for other pairs. */
export function isLess(left: Value, right: Value): boolean {
  if (typeof left === 'number' && typeof right === 'number') return left < right;
  if (typeof left === 'string' && typeof right === 'string') return compareUtf8(left, right) < 0;
  return unreadable(`${formOf(left)} cannot be compared with ${formOf(right)}`);
}

/** The number that a value is or a text spells; undefined for anything else. */
export function numberOf(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  const text = value.replace(/^[ \n\t]+|[ \n\t]+$/g, '');
  const isNumber = text.includes('.')
    ? /^[+-]?(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)
    : /^(?:[+-]?\d+|0[xX][\da-fA-F]+)$/.test(text);
  return isNumber ? Number(text) : undefined;
}

/** A value as a term of a sum; throws for what is no number. */
export function term(value: Value): number {
  return numberOf(value) ?? unreadable(`a number is ${formOf(value)}`);
}

/** A number as Go prints a double. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return '0';
  const isPlain = Math.abs(value) >= 1e-4 && Math.abs(value) < 1e21;
  const written = isPlain ? String(value) : value.toExponential();
  return written.replace(/e([+-])(\d)$/, 'e$10$2');
}

/** A text, or a number as text. Throws for anything else, which has no text. */
export function written(value: Value): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? numberText(value) : unreadable(`a part of the message is ${formOf(value)}`);
}

/** A message with values in it, each a text or a number. Throws where one is neither. */
export function text(words: TemplateStringsArray, ...values: readonly Value[]): string {
  return words.reduce((sum, word, index) => sum + written(values[index - 1]) + word);
}

/** Texts and numbers in one text. Throws where an element is neither. */
export function join(parts: readonly Value[], separator: string): string {
  return parts.map(written).join(separator);
}
