/**
 * A value of Lua. Texts are byte strings: each UTF-16 unit of a JavaScript string stands for one byte, so that lengths,
 * places and patterns count bytes as Lua does; `bridge.ts` converts.
 */
export type LuaValue = undefined | boolean | number | string | LuaTable | LuaFunction;

/** What a function is given and gives back. */
export type LuaValues = readonly LuaValue[];

/** A function, of a script or of a library. */
export class LuaFunction {
  readonly name: string;
  readonly call: (args: LuaValues) => LuaValues;

  constructor(name: string, call: (args: LuaValues) => LuaValues) {
    this.name = name;
    this.call = call;
  }
}

/** Highest place that is kept in a table's list; gopher-lua's bound is far higher, and costs its memory. */
const MAX_LIST_PLACE = 1_000_000;

/** A table: a list from 1 on, and keys in the order in which they were first set, which is the order of `pairs`. */
export class LuaTable {
  private list: LuaValue[] = [];
  private readonly keyed = new Map<LuaValue, LuaValue>();
  /** Keys by their rank; a key that was deleted keeps its rank, so that deleting while iterating is sound. */
  private keys: LuaValue[] = [];
  private ranks = new Map<LuaValue, number>();
  metatable: LuaTable | undefined;

  /** The value at a key, without metamethods. */
  get(key: LuaValue): LuaValue {
    if (typeof key === 'number' && isPlace(key)) return this.list[key - 1];
    return this.keyed.get(key);
  }

  /** Sets a key, without metamethods; undefined removes it. Gives how many places that added. */
  set(key: LuaValue, value: LuaValue): number {
    if (typeof key === 'number' && isPlace(key)) {
      const added = Math.max(0, key - this.list.length);
      while (this.list.length < key - 1) this.list.push(undefined);
      this.list[key - 1] = value;
      return added;
    }
    if (value === undefined) {
      this.keyed.delete(key);
      return 0;
    }
    this.keyed.set(key, value);
    if (this.ranks.has(key)) return 0;
    this.ranks.set(key, this.keys.length);
    this.keys.push(key);
    return 1;
  }

  /** The last place that holds something. */
  get length(): number {
    let length = this.list.length;
    while (length > 0 && this.list[length - 1] === undefined) length--;
    return length;
  }

  /** Puts a value behind the last one. */
  append(value: LuaValue): void {
    if (value !== undefined) this.list[this.length] = value;
  }

  /** Puts a value before the one at `place`. */
  insert(place: number, value: LuaValue): number {
    if (place < 1 || place > this.list.length) return this.set(place, value);
    this.list.splice(place - 1, 0, value);
    return 1;
  }

  /** Takes out the value at `place`; the last one for a place before the first. */
  remove(place: number): LuaValue {
    const at = place - 1;
    if (this.list.length === 0 || at >= this.list.length) return undefined;
    if (at < 0 || at === this.list.length - 1) return this.list.pop();
    return this.list.splice(at, 1)[0];
  }

  /** Sorts the list in place. */
  sort(compare: (left: LuaValue, right: LuaValue) => number): void {
    // A plain copy, so that an order that contradicts itself cannot lose values.
    const wrapped = this.list.map((value) => ({ value }));
    wrapped.sort((left, right) => compare(left.value, right.value));
    this.list = wrapped.map(({ value }) => value);
  }

  /** The key behind `key` with its value; undefined at the end. */
  next(key: LuaValue): readonly [LuaValue, LuaValue] | undefined {
    let rank = 0;
    if (key === undefined || (typeof key === 'number' && isPlace(key) && !this.ranks.has(key))) {
      for (let at = key ?? 0; at < this.list.length; at++) {
        const value = this.list[at];
        if (value !== undefined) return [at + 1, value];
      }
    } else {
      rank = (this.ranks.get(key) ?? this.keys.length) + 1;
    }
    for (; rank < this.keys.length; rank++) {
      const found = this.keys[rank];
      const value = this.keyed.get(found);
      if (value !== undefined) return [found, value];
    }
    return undefined;
  }
}

function isPlace(key: number): boolean {
  return Number.isInteger(key) && key >= 1 && key <= MAX_LIST_PLACE;
}

/** Lua's name of a value's type. */
export function typeOf(value: LuaValue): 'nil' | 'boolean' | 'number' | 'string' | 'table' | 'function' {
  if (value === undefined) return 'nil';
  if (value instanceof LuaTable) return 'table';
  if (value instanceof LuaFunction) return 'function';
  const type = typeof value;
  return type === 'boolean' || type === 'number' ? type : 'string';
}

/** Whether a value counts as true: all but nil and false. */
export function isTrue(value: LuaValue): boolean {
  return value !== undefined && value !== false;
}

/** A number as gopher-lua prints it: whole ones with every digit, others as Go's `%v`. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 63) return BigInt(value).toString();
  return formatShortest(value);
}

/** A number as Go's `%g` prints it: as few digits as tell it apart, with an exponent from a million on. */
export function formatShortest(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [digits = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** The number that a text is, as gopher-lua reads numbers; undefined when it is none. */
export function parseNumber(text: string): number | undefined {
  const trimmed = text.replace(/^[ \t\n]+|[ \t\n]+$/g, '');
  const whole = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|[0-9]+)$/.exec(trimmed);
  if (whole !== null) {
    const [, sign, digits = ''] = whole;
    const octal = /^0[oO]?([0-7]+)$/.exec(digits)?.[1];
    const value = octal === undefined ? Number(digits) : parseInt(octal, 8);
    return sign === '-' ? -value : value;
  }
  if (/^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/.test(trimmed)) return Number(trimmed);
  return undefined;
}
