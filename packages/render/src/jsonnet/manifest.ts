import { setKey, type JsonValue } from '@capstan/object';
import { MAX_OUTPUT, MAX_OUTPUT_DEPTH } from './limits.ts';
import type { Machine } from './machine.ts';
import { numberText } from './numbers.ts';
import { limitProblem, runtimeProblem } from './problem.ts';
import { ArrayValue, FunctionValue, ObjectValue, type Value } from './values.ts';

const MAX_INT64 = 2 ** 63;
/** Bytes that every piece is counted for besides its own. */
const OVERHEAD = 8;

/** Counts what is put out: parts that are shared by many are put out for each. */
export class Output {
  #size = 0;
  #depth = 0;

  add(size: number): void {
    this.#size += size + OVERHEAD;
    if (this.#size > MAX_OUTPUT) throw limitProblem(`the output is larger than ${MAX_OUTPUT} bytes`);
  }

  nested<Result>(run: () => Result): Result {
    if (++this.#depth > MAX_OUTPUT_DEPTH) throw limitProblem(`the output is deeper than ${MAX_OUTPUT_DEPTH} levels`);
    const result = run();
    this.#depth--;
    return result;
  }
}

/** A value as JSON data, whole numbers beyond ±2⁵³ as bigint as far as they are int64. Throws where it holds a function. */
export function toJson(value: Value, output: Output = new Output()): JsonValue {
  if (typeof value === 'number') {
    output.add(8);
    if (Number.isInteger(value) && !Number.isSafeInteger(value) && value >= -MAX_INT64 && value < MAX_INT64)
      return BigInt(value);
    return Object.is(value, -0) ? 0 : value;
  }
  if (typeof value === 'string') {
    output.add(value.length);
    return value;
  }
  if (value instanceof ArrayValue) {
    output.add(value.items.length);
    return output.nested(() => value.items.map((item) => toJson(item.get(), output)));
  }
  if (value instanceof FunctionValue) throw runtimeProblem("couldn't manifest function as JSON");
  if (value instanceof ObjectValue) return output.nested(() => objectToJson(value, output));
  output.add(4);
  return value;
}

function objectToJson(object: ObjectValue, output: Output): JsonValue {
  object.checkAssertions();
  const json: Record<string, JsonValue> = {};
  for (const name of object.names({ hidden: false })) {
    output.add(name.length);
    setKey(json, name, toJson(object.get(name) ?? null, output));
  }
  return json;
}

/** How JSON is laid out. */
export interface JsonLayout {
  /** What each level is indented by, after `newline`. */
  readonly indent: string;
  readonly newline: string;
  /** What stands between a key and its value. */
  readonly separator: string;
  /** What stands after a comma, where that is no new line. */
  readonly comma?: string;
  /** How an empty array and an empty object are written. */
  readonly empty: { readonly array: string; readonly object: string };
  /** How numbers are written; as in texts where nothing is said. */
  readonly number?: (value: number) => string;
}

/** As values are written into texts: on one line. */
const inline: JsonLayout = {
  indent: '',
  newline: '',
  separator: ': ',
  comma: ' ',
  empty: { array: '[ ]', object: '{ }' },
};

/** What a value is as a text: texts are themselves, the rest is JSON on one line. */
export function toText(machine: Machine, value: Value): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(value);
  if (value === null || typeof value === 'boolean') return String(value);
  return jsonText(machine, value, inline);
}

/** A value as JSON text. */
export function jsonText(machine: Machine, value: Value, layout: JsonLayout): string {
  const parts: string[] = [];
  const output = new Output();
  const put = (text: string): void => {
    output.add(text.length);
    parts.push(text);
  };
  writeJson(value, layout, '', put, output);
  machine.step(parts.length);
  return parts.join('');
}

function writeJson(
  value: Value,
  layout: JsonLayout,
  margin: string,
  put: (text: string) => void,
  output: Output,
): void {
  if (typeof value === 'number') put((layout.number ?? numberText)(value));
  else if (typeof value === 'string') put(quoteJson(value));
  else if (value === null || typeof value === 'boolean') put(String(value));
  else if (value instanceof FunctionValue) throw runtimeProblem("couldn't manifest function as JSON");
  else output.nested(() => writeNested(value, layout, margin, put, output));
}

function writeNested(
  value: ArrayValue | ObjectValue,
  layout: JsonLayout,
  margin: string,
  put: (text: string) => void,
  output: Output,
): void {
  const { indent, newline, separator, empty, comma = '' } = layout;
  const inner = margin + indent;
  if (value instanceof ArrayValue) {
    if (value.items.length === 0) return put(empty.array);
    put('[');
    value.items.forEach((item, at) => {
      put(at === 0 ? newline + inner : `,${comma}${newline}${inner}`);
      writeJson(item.get(), layout, inner, put, output);
    });
    return put(`${newline}${margin}]`);
  }
  value.checkAssertions();
  const names = value.names({ hidden: false });
  if (names.length === 0) return put(empty.object);
  put('{');
  names.forEach((name, at) => {
    put(at === 0 ? newline + inner : `,${comma}${newline}${inner}`);
    put(quoteJson(name) + separator);
    writeJson(value.get(name) ?? null, layout, inner, put, output);
  });
  return put(`${newline}${margin}}`);
}

const short: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** A text in double quotes, as `std.escapeStringJson` quotes it. */
export function quoteJson(text: string): string {
  const escaped = text.replace(
    /["\\\u0000-\u001f\u007f-\u009f]/g,
    (letter) => short[letter] ?? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `"${escaped}"`;
}
