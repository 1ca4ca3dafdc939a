import { beyond, invalid, MAX_DEPTH, MAX_VALUES } from '../problem.ts';
import { branch, type Branch, type Item, type SopsValue } from '../sops-tree.ts';

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);
const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const blank = /[ \t\r\n]*/y;
// JSON's strings hold no control characters.
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

/** A JSON object in its own order, with keys that stand twice, and integers told from floats. Throws DECRYPT_INVALID. */
export function readJson(text: string): Branch {
  const reader = new Reader(text);
  const value = reader.value(0);
  if (typeof value !== 'object' || value === null || value.kind !== 'branch')
    throw invalid('SOPS only supports JSON files with a top-level object');
  return value;
}

class Reader {
  readonly #text: string;
  #at = 0;
  #values = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): SopsValue {
    if (depth > MAX_DEPTH) throw beyond(`JSON is nested deeper than ${MAX_DEPTH} levels`);
    if (++this.#values > MAX_VALUES) throw beyond(`JSON holds more than ${MAX_VALUES} values`);
    this.#take(blank);
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      default:
        return this.#word();
    }
  }

  #object(depth: number): Branch {
    const items: Item[] = [];
    this.#members('}', () => {
      const key = this.#string();
      this.#expect(':');
      items.push({ key, value: this.value(depth + 1) });
    });
    return branch(items);
  }

  #array(depth: number): SopsValue {
    const items: SopsValue[] = [];
    this.#members(']', () => items.push(this.value(depth + 1)));
    return { kind: 'list', items };
  }

  #members(end: '}' | ']', read: () => void): void {
    this.#at++;
    this.#take(blank);
    if (this.#text[this.#at] === end) {
      this.#at++;
      return;
    }
    for (;;) {
      this.#take(blank);
      read();
      this.#take(blank);
      const sign = this.#text[this.#at++];
      if (sign === end) return;
      if (sign !== ',') throw this.#bad();
    }
  }

  #expect(sign: string): void {
    this.#take(blank);
    if (this.#text[this.#at++] !== sign) throw this.#bad();
  }

  #string(): string {
    const text = this.#take(string);
    if (text === undefined) throw this.#bad();
    return (JSON.parse(text) as string).toWellFormed();
  }

  #word(): SopsValue {
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const)
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    const text = this.#take(number);
    if (text === undefined || text === '') throw this.#bad();
    if (!/[.eE]/.test(text)) {
      const whole = BigInt(text);
      if (whole >= MIN_INT64 && whole <= MAX_INT64) return whole;
    }
    return Number(text);
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [];
    this.#at += found?.length ?? 0;
    return found;
  }

  #bad() {
    return invalid(`Could not unmarshal input data: invalid JSON at offset ${this.#at}`);
  }
}

/** A value as Go's encoder prints it, with a tab a level. */
export function printJson(value: SopsValue, indent = ''): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
  }
  const inner = `${indent}\t`;
  switch (value.kind) {
    case 'branch': {
      const members = value.items.flatMap(({ key, value: member }) =>
        typeof key === 'string' ? [`${inner}${quoted(key)}: ${printJson(member, inner)}`] : [],
      );
      return members.length === 0 ? '{}' : `{\n${members.join(',\n')}\n${indent}}`;
    }
    case 'list': {
      const members = value.items.flatMap((member) =>
        typeof member === 'object' && member?.kind === 'comment' ? [] : [`${inner}${printJson(member, inner)}`],
      );
      return members.length === 0 ? '[]' : `[\n${members.join(',\n')}\n${indent}]`;
    }
    case 'bytes':
      return `"${Buffer.from(value.bytes).toString('base64')}"`;
    case 'time':
    case 'comment':
      return quoted(value.text);
    default:
      return value satisfies never;
  }
}

// Go escapes what HTML would read, and its two line separators.
function quoted(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(/[<>&\u2028\u2029\u007f]/g, (sign) =>
    sign === '\u007f' ? sign : `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
