import { CapstanError } from '@capstan/errors';
import { getKey, setKey, type JsonObject, type JsonValue } from '../json-value.ts';

/** How deep lists and mappings may nest: deeper text is refused, so that recursion over a value cannot overflow. */
export const MAX_JSON_DEPTH = 1000;

/** How `parseJson` reads. */
export interface ParseJsonOptions {
  /** What the text is (a file, an object), for messages. */
  readonly where?: string;
  /** Refuse a key that occurs twice in a mapping. Otherwise the last one wins. */
  readonly strict?: boolean;
  /** Called with the path (`spec.containers[0].name`) of each key that occurs again; when not strict. */
  readonly onDuplicate?: (path: string) => void;
  /** Instead of `MAX_JSON_DEPTH`. */
  readonly maxDepth?: number;
}

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);
const MAX_SAFE_DIGITS = 15;

/**
 * What JSON.parse would read otherwise than Go: long numbers, minus zero and exponents, where numbers may stand (after a
 * key, in a list, alone), and escaped lone surrogates. Text within strings may look like it; then care costs time only.
 */
const CAREFUL_NUMBER = /(?:"\s*:|[[,]|^)\s*(?:-?(?:\d{16}|\d[\d.]*[eE])|-0)/;
const CAREFUL_ESCAPE = /\\u[dD][89a-fA-F]/;

/**
 * Reads JSON as Kubernetes' decoder does: integers within int64 exactly (bigint beyond ±2⁵³), other numbers as
 * float64, `__proto__` as a key like any other, broken UTF-8 and lone surrogates as U+FFFD.
 * Throws JSON_INVALID with line and column; never with a piece of the text.
 */
export function parseJson(input: string | Uint8Array, options: ParseJsonOptions = {}): JsonValue {
  const text = typeof input === 'string' ? input : new TextDecoder('utf-8', { ignoreBOM: true }).decode(input);
  const maxDepth = options.maxDepth ?? MAX_JSON_DEPTH;
  if (
    options.strict !== true &&
    options.onDuplicate === undefined &&
    !CAREFUL_NUMBER.test(text) &&
    !(text.includes('\\u') && CAREFUL_ESCAPE.test(text))
  ) {
    const quick = tryNative(text);
    if (quick !== undefined && (opensAtMost(text, maxDepth) || !deeperThan(quick, maxDepth))) return quick;
  }
  return new Parser(text, options, maxDepth).parse();
}

function tryNative(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined; // The careful parser tells what is wrong, and where, without quoting the text.
  }
}

/** Whether a text opens so few lists and mappings that it cannot nest deeper: told without a look at the value. */
function opensAtMost(text: string, most: number): boolean {
  let count = 0;
  for (const open of ['{', '[']) {
    for (let at = text.indexOf(open); at >= 0; at = text.indexOf(open, at + 1)) if (++count > most) return false;
  }
  return true;
}

function deeperThan(value: JsonValue, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth === 0) return true;
  if (Array.isArray(value)) {
    for (const child of value as readonly JsonValue[]) {
      if (typeof child === 'object' && deeperThan(child, depth - 1)) return true;
    }
    return false;
  }
  const mapping = value as JsonObject;
  for (const key of Object.keys(mapping)) {
    const child = mapping[key];
    if (typeof child === 'object' && deeperThan(child, depth - 1)) return true;
  }
  return false;
}

const LITERALS: readonly (readonly [string, JsonValue])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
// Runs of characters that stand for themselves.
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

class Parser {
  readonly #text: string;
  readonly #options: ParseJsonOptions;
  readonly #maxDepth: number;
  readonly #path: (string | number)[] = [];
  #at = 0;

  constructor(text: string, options: ParseJsonOptions, maxDepth: number) {
    this.#text = text;
    this.#options = options;
    this.#maxDepth = maxDepth;
  }

  parse(): JsonValue {
    const value = this.#value();
    this.#space();
    if (this.#at < this.#text.length) throw this.#error('text goes on after the value');
    return value;
  }

  #value(): JsonValue {
    this.#space();
    const char = this.#text[this.#at];
    if (char === '{') return this.#mapping();
    if (char === '[') return this.#list();
    if (char === '"') return this.#string();
    if (char === '-' || (char !== undefined && char >= '0' && char <= '9')) return this.#number();
    for (const [word, value] of LITERALS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    throw this.#error(char === undefined ? 'the text ends where a value should stand' : 'no value stands here');
  }

  #mapping(): JsonValue {
    const result: Record<string, JsonValue> = {};
    this.#open();
    if (this.#take('}')) return result;
    this.#path.push('');
    do {
      this.#space();
      if (this.#text[this.#at] !== '"') throw this.#error('a key in quotes should stand here');
      const keyAt = this.#at;
      const key = this.#string();
      this.#path[this.#path.length - 1] = key;
      if (getKey(result, key) !== undefined) this.#duplicate(keyAt);
      if (!this.#take(':')) throw this.#error("':' should stand here");
      setKey(result, key, this.#value());
    } while (this.#take(','));
    this.#path.pop();
    if (!this.#take('}')) throw this.#error("',' or '}' should stand here");
    return result;
  }

  #list(): JsonValue {
    const result: JsonValue[] = [];
    this.#open();
    if (this.#take(']')) return result;
    this.#path.push(0);
    do {
      this.#path[this.#path.length - 1] = result.length;
      result.push(this.#value());
    } while (this.#take(','));
    this.#path.pop();
    if (!this.#take(']')) throw this.#error("',' or ']' should stand here");
    return result;
  }

  #open(): void {
    if (this.#path.length >= this.#maxDepth) throw this.#error(`nested deeper than ${this.#maxDepth}`);
    this.#at++;
  }

  #duplicate(keyAt: number): void {
    const path = formatJsonPath(this.#path);
    if (this.#options.strict === true) {
      this.#at = keyAt;
      throw this.#error(`duplicate field "${path}"`);
    }
    this.#options.onDuplicate?.(path);
  }

  #string(): string {
    let result = '';
    let escapedSurrogate = false;
    this.#at++;
    for (;;) {
      PLAIN.lastIndex = this.#at;
      const plain = PLAIN.exec(this.#text)?.[0] ?? '';
      result += plain;
      this.#at += plain.length;
      const char = this.#text[this.#at];
      if (char === '"') {
        this.#at++;
        return escapedSurrogate ? result.toWellFormed() : result;
      }
      if (char === undefined) throw this.#error('a string does not end');
      if (char !== '\\') throw this.#error('a control character stands in a string');
      const escaped = this.#escape();
      escapedSurrogate ||= escaped >= '\ud800' && escaped <= '\udfff';
      result += escaped;
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? '';
    if (letter === 'u') {
      const hex = this.#text.slice(this.#at + 2, this.#at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) throw this.#error('an escape \\u lacks its four digits');
      this.#at += 6;
      return String.fromCharCode(parseInt(hex, 16));
    }
    const char = ESCAPES[letter];
    if (char === undefined) throw this.#error('a string has an escape that JSON does not know');
    this.#at += 2;
    return char;
  }

  #number(): number | bigint {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (match === null) throw this.#error('a number is not complete');
    const [source, fraction, exponent] = match;
    const end = this.#at + source.length;
    if (/[0-9.eE]/.test(this.#text[end] ?? '')) throw this.#error('a number is not written as JSON has it');
    const value = numberOf(source, fraction === undefined && exponent === undefined);
    if (value === undefined) throw this.#error('a number lies beyond float64');
    this.#at = end;
    return value;
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at++;
    }
  }

  #take(char: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #error(what: string): CapstanError<'JSON_INVALID'> {
    const before = this.#text.slice(0, this.#at);
    const line = before.split('\n').length;
    const column = this.#at - before.lastIndexOf('\n');
    const where = this.#options.where === undefined ? '' : `${this.#options.where}: `;
    return new CapstanError('JSON_INVALID', `${where}invalid JSON at line ${line}, column ${column}: ${what}`, {
      data: { where: this.#options.where, line, column },
    });
  }
}

function numberOf(source: string, isInteger: boolean): number | bigint | undefined {
  if (isInteger && source.length > MAX_SAFE_DIGITS) {
    const exact = BigInt(source);
    if (exact >= MIN_INT64 && exact <= MAX_INT64) {
      const near = Number(exact);
      return Number.isSafeInteger(near) ? near : exact;
    }
  }
  const value = Number(source);
  if (!Number.isFinite(value)) return undefined;
  return value === 0 ? 0 : value; // No minus zero: equal values print the same.
}

/** A path as Kubernetes prints it: `spec.containers[0].name`. */
export function formatJsonPath(path: readonly (string | number)[]): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('');
}
