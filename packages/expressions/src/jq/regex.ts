import type { JsonValue } from '@capstan/object';
import { RE2JS } from 're2js';
import { preview, previewWithType } from './encode.ts';
import { JqError, KEY, type Run } from './run.ts';

/** Longest text that a regular expression is run on, in UTF-16 units. */
const MAX_MATCHED_LENGTH = 1024 * 1024;

/** Expressions that are kept compiled. */
const MAX_KEPT = 500;

/** What one instruction costs on one character, and what the reading of an expression does whatever stands in it. */
const UNITS_AN_INSTRUCTION = 2;
const COMPILING = 64 * 1024;

const kept = new Map<string, RE2JS>();

/**
 * Runs a regular expression with RE2's semantics: whether it matches, or what it matches as gojq describes that.
 * Flags are `g`, `i` and `m` (a dot matches line ends).
 * @throws JqError
 */
export function matchText(
  run: Run,
  value: JsonValue,
  expression: JsonValue,
  flags: JsonValue,
  testing: boolean,
): JsonValue {
  if (typeof value !== 'string' || typeof expression !== 'string' || (flags !== null && typeof flags !== 'string')) {
    const name = testing ? 'test' : 'match';
    throw new JqError(
      `${name}(${preview(expression)}; ${preview(flags)}) cannot be applied to: ${previewWithType(value)}`,
    );
  }
  if (value.length > MAX_MATCHED_LENGTH) {
    throw new JqError(`a text of more than ${MAX_MATCHED_LENGTH} characters is not searched`);
  }
  const compiled = compile(run, expression, flags ?? '');
  // In the worst case every character is held against every instruction.
  run.make(value.length * Math.max(8, compiled.programSize()) * UNITS_AN_INSTRUCTION);
  const matcher = compiled.matcher(value);
  if (testing) return matcher.find();
  const names = groupNames(compiled);
  const places = characterPlaces(value);
  const describe = (group: number): Record<string, JsonValue> => {
    const [start, end] = [matcher.start(group), matcher.end(group)];
    if (start < 0) return { offset: -1, length: 0, string: null };
    const [from, to] = [places(start), places(end)];
    return { offset: from, length: to - from, string: value.slice(start, end) };
  };
  const found: JsonValue[] = [];
  const all = flags?.includes('g') ?? false;
  while (matcher.find()) {
    run.make((matcher.groupCount() + 2) * 4 * KEY);
    const captures: JsonValue[] = [];
    for (let group = 1; group <= matcher.groupCount(); group++) {
      captures.push({ name: names.get(group) ?? null, ...describe(group) });
    }
    found.push({ ...describe(0), captures });
    if (!all) break;
  }
  return found;
}

/** `_captures`: named groups as an object. */
export function capturesOf(value: JsonValue): JsonValue {
  const named: [string, JsonValue][] = [];
  for (const capture of Array.isArray(value) ? (value as readonly JsonValue[]) : []) {
    const { name, string } = capture as { readonly name: JsonValue; readonly string: JsonValue };
    if (typeof name === 'string') named.push([name, string]);
  }
  return Object.fromEntries(named);
}

function compile(run: Run, expression: string, flags: string): RE2JS {
  const key = `${flags}/${expression}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  run.make(COMPILING + expression.length * KEY);
  if (/[^gim]/.test(flags)) throw new JqError(`unsupported regular expression flag: ${JSON.stringify(flags)}`);
  let compiled: RE2JS;
  try {
    const options = (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) | (flags.includes('m') ? RE2JS.DOTALL : 0);
    compiled = RE2JS.compile(expression, options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it cannot be read';
    throw new JqError(`invalid regular expression ${JSON.stringify(expression)}: ${reason}`);
  }
  run.make(compiled.programSize() * 4 * KEY);
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(key, compiled);
  return compiled;
}

function groupNames(compiled: RE2JS): ReadonlyMap<number, string> {
  return new Map(Object.entries(compiled.namedGroups()).map(([name, group]) => [group, name]));
}

/** From UTF-16 units to characters. */
function characterPlaces(text: string): (unit: number) => number {
  if (!/[\ud800-\udbff]/.test(text)) return (unit) => unit;
  const places = new Uint32Array(text.length + 1);
  for (let unit = 0, character = 0; unit < text.length; character++) {
    const units = (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1;
    places.fill(character, unit, unit + units);
    unit += units;
    places[unit] = character + 1;
  }
  return (unit) => places[unit] ?? 0;
}
