import { CapstanError } from '@capstan/errors';
import { isJsonObject, type JsonArray, type JsonObject, type JsonValue } from '@capstan/object';
import { DEPTH_CEILING } from './limits.ts';
import type { YamlStyle } from './node.ts';
import { analyze } from './print/analyze.ts';
import { formatFloat } from './print/float.ts';
import { throughJson } from './print/json-trip.ts';
import { sortKeys } from './print/key-order.ts';
import { fitsSimpleKey } from './print/simple-key.ts';
import { writeScalar } from './print/scalar.ts';
import { Writer } from './print/writer.ts';
import { meansItself } from './print/means-itself.ts';

/** Columns of one level. */
const STEP = 2;

/** yaml.v2 folds lines beyond this column. */
const WIDTH = 80;

const MAX_UINT64 = 2n ** 64n - 1n;
const MIN_INT64 = -(2n ** 63n);

/** JSON writes integral floats below this without an exponent. */
const JSON_EXPONENT_FROM = 1e21;

/**
 * One document, as sigs.k8s.io/yaml's Marshal (yaml.v2 2.4.2) prints it, ending in a line break: keys in natural
 * order, two columns a level, sequences not indented. Throws `YAML_INVALID` for numbers that JSON cannot hold and
 * `YAML_LIMIT` beyond 1,000 levels.
 */
export function stringify(value: JsonValue): string {
  const printer = new Printer();
  printer.document(value);
  return printer.text;
}

/** Several documents, each as `stringify` prints it, with `---` between them; empty for none. */
export function stringifyAll(values: readonly JsonValue[]): string {
  return values.map((value) => stringify(value)).join('---\n');
}

class Printer {
  readonly #writer = new Writer();
  #depth = 0;

  get text(): string {
    return this.#writer.text;
  }

  document(value: JsonValue): void {
    this.#value(value, -1, false);
    this.#writer.indent(0);
  }

  /** `indent` is the column of the enclosing collection, -1 at the root. */
  #value(value: JsonValue, indent: number, inMapping: boolean): void {
    if (isJsonArray(value)) this.#sequence(value, indent, inMapping);
    else if (isJsonObject(value)) this.#mapping(value, indent);
    else this.#scalar(value, indent);
  }

  #enter(): void {
    if (++this.#depth > DEPTH_CEILING) {
      throw new CapstanError('YAML_LIMIT', `the value is nested deeper than ${String(DEPTH_CEILING)} levels`);
    }
  }

  #sequence(items: JsonArray, parent: number, inMapping: boolean): void {
    const writer = this.#writer;
    if (items.length === 0) {
      writer.indicator('[]', true);
      return;
    }
    this.#enter();
    // A sequence under a key stands in the key's column.
    const indent = parent < 0 ? 0 : inMapping && !writer.indention ? parent : parent + STEP;
    for (const item of items) {
      writer.indent(indent);
      writer.indicator('-', true, false, true);
      this.#value(item, indent, false);
    }
    this.#depth--;
  }

  #mapping(mapping: JsonObject, parent: number): void {
    const writer = this.#writer;
    const keys = sortKeys(Object.keys(mapping), 'v2');
    if (keys.length === 0) {
      writer.indicator('{}', true);
      return;
    }
    this.#enter();
    const indent = parent < 0 ? 0 : parent + STEP;
    for (const key of keys) {
      writer.indent(indent);
      this.#key(key, indent);
      this.#value(mapping[key] ?? null, indent, true);
    }
    this.#depth--;
  }

  #key(key: string, indent: number): void {
    const writer = this.#writer;
    if (!analyze(key, 'v2').multiline && fitsSimpleKey(key, 0)) {
      this.#string(key, indent, true);
      writer.indicator(':', false);
      return;
    }
    writer.indicator('?', true, false, true);
    this.#string(key, indent, false);
    writer.indent(indent);
    writer.indicator(':', true, false, true);
  }

  #scalar(value: string | number | bigint | boolean | null, indent: number): void {
    if (typeof value === 'string') this.#string(value, indent, false);
    else {
      const text = value === null || typeof value === 'boolean' ? String(value) : formatNumber(value);
      const layout = { indent, width: WIDTH, folds: false, step: STEP };
      writeScalar(this.#writer, text, 'plain', layout);
    }
  }

  #string(raw: string, parent: number, isKey: boolean): void {
    const text = throughJson(raw);
    const indent = parent < 0 ? STEP : parent + STEP;
    const layout = { indent, width: WIDTH, folds: !isKey, step: STEP };
    writeScalar(this.#writer, text, styleOf(text, isKey), layout);
  }
}

function isJsonArray(value: JsonValue): value is JsonArray {
  return Array.isArray(value);
}

function styleOf(text: string, isKey: boolean): YamlStyle {
  const { multiline, blockPlain, single, block } = analyze(text, 'v2');
  if (isKey && multiline) return 'double';
  if (text.includes('\n')) return block && !isKey ? 'literal' : 'double';
  if (!meansItself(text)) return 'double';
  return blockPlain ? 'plain' : single ? 'single' : 'double';
}

/** A number after the way through JSON: what is integral there is an integer, if 64 bits hold it. */
function formatNumber(value: number | bigint): string {
  if (typeof value === 'bigint') {
    return value >= MIN_INT64 && value <= MAX_UINT64 ? String(value) : formatFloat(Number(value));
  }
  if (Number.isSafeInteger(value)) return value === 0 ? '0' : String(value);
  if (!Number.isFinite(value)) {
    throw new CapstanError('YAML_INVALID', `${formatFloat(value)} has no JSON form and cannot be printed`);
  }
  if (Number.isInteger(value) && Math.abs(value) < JSON_EXPONENT_FROM) return formatNumber(BigInt(String(value)));
  return formatFloat(value);
}
