import { CapstanError } from '@capstan/errors';
import {
  formatNumber,
  isTrue,
  LuaFunction,
  LuaTable,
  parseNumber,
  typeOf,
  type LuaValue,
  type LuaValues,
} from './value.ts';

/** Most steps that one run takes: statements, calls, turns of loops and of the pattern matcher, and what is made. */
export const MAX_LUA_STEPS = 10_000_000;

/** Bytes whose making counts as one step: bounds what a run can hold in memory. */
const BYTES_A_STEP = 16;

/** Steps that a new key of a table counts. */
const STEPS_A_KEY = 10;

/** Steps that a call counts, and that raising an error does. */
const STEPS_A_CALL = 5;
const STEPS_AN_ERROR = 100;

/** How deep calls may nest. */
export const MAX_LUA_CALL_DEPTH = 150;

/** How long chains of `__index` and `__newindex` may be. */
const MAX_META_CHAIN = 100;

/** An error in a script, which `pcall` catches; `value` is what it was raised with. */
export class LuaError extends Error {
  readonly value: LuaValue;

  constructor(value: LuaValue) {
    super(typeof value === 'string' || typeof value === 'number' ? String(value) : `an error of type ${typeOf(value)}`);
    this.value = value;
  }
}

/** What a script may know of the world. */
export interface LuaWorld {
  /** For `os.time` and `os.date`; without it they fail. */
  readonly nowSeconds?: number;
  /** For `math.random`; without it they fail. */
  readonly random?: () => number;
  /** Most steps that the run takes; `MAX_LUA_STEPS` when absent. */
  readonly maxSteps?: number;
}

type Arithmetic = '+' | '-' | '*' | '/' | '%' | '^';

const EVENTS: Readonly<Record<Arithmetic, string>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'div',
  '%': 'mod',
  '^': 'pow',
};

/** One run of a script: what it may spend, and Lua's operations on values. */
export class Machine {
  readonly globals = new LuaTable();
  readonly world: LuaWorld;
  /** Methods of texts, where the library of strings is open. */
  textMethods: LuaTable | undefined;
  /** Where the run is, for messages. */
  line = 0;
  private readonly maxSteps: number;
  private steps = 0;
  private depth = 0;

  constructor(world: LuaWorld) {
    this.world = world;
    this.maxSteps = world.maxSteps ?? MAX_LUA_STEPS;
  }

  /** Counts steps. @throws CapstanError EXPRESSION_TOO_EXPENSIVE */
  step(count = 1): void {
    this.steps += count;
    if (this.steps > this.maxSteps) {
      throw new CapstanError('EXPRESSION_TOO_EXPENSIVE', `the Lua script takes more than ${this.maxSteps} steps`);
    }
  }

  /** Counts the making of a text. @throws CapstanError EXPRESSION_TOO_EXPENSIVE */
  make(bytes: number): void {
    this.step(bytes / BYTES_A_STEP);
  }

  /** Raises an error at the line where the run is. */
  fail(problem: string): never {
    throw new LuaError(`<string>:${this.line}: ${problem}`);
  }

  call(callee: LuaValue, args: LuaValues): LuaValues {
    this.step(STEPS_A_CALL);
    if (callee instanceof LuaFunction) {
      if (++this.depth > MAX_LUA_CALL_DEPTH) this.overflow();
      const made = callee.call(args);
      this.depth--;
      return made;
    }
    const meta = this.metamethod(callee, '__call');
    if (!(meta instanceof LuaFunction)) this.fail('attempt to call a non-function object');
    return this.call(meta, [callee, ...args]);
  }

  /** Runs what may fail, and gives back the error that it raised, if any. */
  attempt(work: () => LuaValues): { readonly values: LuaValues } | { readonly error: LuaError } {
    const { depth } = this;
    try {
      return { values: work() };
    } catch (error) {
      if (!(error instanceof LuaError)) throw error;
      this.depth = depth;
      this.step(STEPS_AN_ERROR);
      return { error };
    }
  }

  index(of: LuaValue, key: LuaValue): LuaValue {
    let at = of;
    for (let turns = 0; turns < MAX_META_CHAIN; turns++) {
      if (at instanceof LuaTable) {
        const value = at.get(key);
        if (value !== undefined) return value;
        const next = at.metatable?.get('__index');
        if (next === undefined) return undefined;
        if (next instanceof LuaFunction) return this.call(next, [at, key])[0];
        at = next;
        continue;
      }
      const next: LuaValue = typeof at === 'string' ? this.textMethods : undefined;
      if (next === undefined) {
        this.fail(`attempt to index a non-table object(${typeOf(at)}) with key '${this.toText(key)}'`);
      }
      at = next;
    }
    return this.fail('too many recursions in gettable');
  }

  setIndex(of: LuaValue, key: LuaValue, value: LuaValue): void {
    let at = of;
    for (let turns = 0; turns < MAX_META_CHAIN; turns++) {
      if (!(at instanceof LuaTable)) {
        this.fail(`attempt to index a non-table object(${typeOf(at)}) with key '${this.toText(key)}'`);
      }
      const next: LuaValue = at.metatable?.get('__newindex');
      if (next === undefined || at.get(key) !== undefined) {
        this.rawSet(at, key, value);
        return;
      }
      if (next instanceof LuaFunction) {
        this.call(next, [at, key, value]);
        return;
      }
      at = next;
    }
    this.fail('too many recursions in settable');
  }

  rawSet(table: LuaTable, key: LuaValue, value: LuaValue): void {
    if (key === undefined) this.fail('table index is nil');
    if (typeof key === 'number' && Number.isNaN(key)) this.fail('table index is NaN');
    this.step(1 + STEPS_A_KEY * table.set(key, value));
  }

  arithmetic(operator: Arithmetic, left: LuaValue, right: LuaValue): LuaValue {
    if (typeof left === 'number' && typeof right === 'number') return compute(operator, left, right);
    const event = EVENTS[operator];
    const meta = this.metamethod(left, `__${event}`) ?? this.metamethod(right, `__${event}`);
    if (meta instanceof LuaFunction) return this.call(meta, [left, right])[0];
    const [a, b] = [this.numberOf(left), this.numberOf(right)];
    if (a === undefined || b === undefined) {
      this.fail(`cannot perform ${event} operation between ${typeOf(left)} and ${typeOf(right)}`);
    }
    return compute(operator, a, b);
  }

  /** A number, or a text that is one, which takes time by its length. */
  numberOf(value: LuaValue): number | undefined {
    if (typeof value === 'string') this.make(value.length);
    return toNumber(value);
  }

  negate(value: LuaValue): LuaValue {
    if (typeof value === 'number') return -value;
    const meta = this.metamethod(value, '__unm');
    if (meta instanceof LuaFunction) return this.call(meta, [value])[0];
    const number = this.numberOf(value);
    return number === undefined ? this.fail('__unm undefined') : -number;
  }

  lengthOf(value: LuaValue): LuaValue {
    if (typeof value === 'string') return value.length;
    const meta = this.metamethod(value, '__len');
    if (meta instanceof LuaFunction) return this.call(meta, [value])[0];
    return value instanceof LuaTable ? value.length : this.fail('__len undefined');
  }

  concat(left: LuaValue, right: LuaValue): LuaValue {
    if (isText(left) && isText(right)) {
      const text = textOf(left) + textOf(right);
      this.make(text.length);
      return text;
    }
    const meta = this.metamethod(left, '__concat') ?? this.metamethod(right, '__concat');
    if (meta instanceof LuaFunction) return this.call(meta, [left, right])[0];
    return this.fail(`cannot perform concat operation between ${typeOf(left)} and ${typeOf(right)}`);
  }

  equals(left: LuaValue, right: LuaValue): boolean {
    if (typeof left === 'string' && typeof right === 'string') {
      if (left.length === right.length) this.make(left.length);
      return left === right;
    }
    if (left === right) return true;
    if (!(left instanceof LuaTable) || !(right instanceof LuaTable)) return false;
    const meta = left.metatable?.get('__eq');
    if (!(meta instanceof LuaFunction) || right.metatable?.get('__eq') !== meta) return false;
    return isTrue(this.call(meta, [left, right])[0]);
  }

  /** `<` and `<=`: numbers with numbers, texts with texts by their bytes. */
  less(left: LuaValue, right: LuaValue, orEqual: boolean): boolean {
    if (typeof left === 'number' && typeof right === 'number') return orEqual ? left <= right : left < right;
    if (typeof left === 'string' && typeof right === 'string') {
      this.make(Math.min(left.length, right.length));
      return orEqual ? left <= right : left < right;
    }
    if (typeOf(left) === typeOf(right)) {
      const event = orEqual ? '__le' : '__lt';
      const meta = this.metamethod(left, event);
      if (meta instanceof LuaFunction && this.metamethod(right, event) === meta) {
        return isTrue(this.call(meta, [left, right])[0]);
      }
    }
    return this.fail(`attempt to compare ${typeOf(left)} with ${typeOf(right)}`);
  }

  metamethod(value: LuaValue, event: string): LuaValue {
    return value instanceof LuaTable ? value.metatable?.get(event) : undefined;
  }

  /** `tostring`. */
  toText(value: LuaValue): string {
    const meta = this.metamethod(value, '__tostring');
    if (meta instanceof LuaFunction) {
      const made = this.call(meta, [value])[0];
      return isText(made) ? textOf(made) : typeOf(made);
    }
    if (isText(value)) return textOf(value);
    if (value === undefined) return 'nil';
    return typeof value === 'boolean' ? String(value) : `${typeOf(value)}: 0x0`;
  }

  private overflow(): never {
    this.fail('stack overflow');
  }
}

/** Whether a value may stand in a text: texts and numbers. */
export function isText(value: LuaValue): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

/** A text, or a number as text. */
export function textOf(value: string | number): string {
  return typeof value === 'string' ? value : formatNumber(value);
}

/** A number, or a text that is one. */
export function toNumber(value: LuaValue): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? parseNumber(value) : undefined;
}

function compute(operator: Arithmetic, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return modulo(left, right);
    case '^':
      return left ** right;
    default:
      return operator satisfies never;
  }
}

/** The remainder with the divisor's sign. */
export function modulo(left: number, right: number): number {
  const rest = left % right;
  return (right > 0 && rest < 0) || (right < 0 && rest > 0) ? rest + right : rest;
}
