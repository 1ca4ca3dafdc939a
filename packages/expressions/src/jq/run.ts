import { CapstanError } from '@capstan/errors';
import type { JsonValue } from '@capstan/object';
import { previewWithType } from './encode.ts';

/**
 * Most steps that one evaluation takes unless its caller allows fewer; a step is a value handed on, or 64 bytes or
 * elements made.
 */
export const MAX_JQ_STEPS = 5_000_000;

/** How deep calls of functions may nest in one evaluation. */
export const MAX_JQ_CALL_DEPTH = 200;

/** Bytes or elements whose making counts as one step. */
const UNITS_A_STEP = 64;

/** A failure that `try` catches; `value` is what its handler is given. */
export class JqError extends Error {
  readonly value: JsonValue;
  /** `halt` and `halt_error` cannot be caught. */
  readonly halts: boolean;

  constructor(message: string, value: JsonValue = message, halts = false) {
    super(message);
    this.value = value;
    this.halts = halts;
  }
}

/** A jump out of `label`; caught by the label that made `mark`, and by nothing else. */
export class Break extends Error {
  readonly mark: object;

  constructor(mark: object) {
    super('a break outside of its label');
    this.mark = mark;
  }
}

/** Fails as `what: type (value)`. */
export function failAbout(what: string, value: JsonValue): never {
  throw new JqError(`${what}: ${previewWithType(value)}`);
}

/** What one evaluation may still spend, and what it may know of the world. */
export class Run {
  readonly nowSeconds: number | undefined;
  private readonly maxSteps: number;
  private steps = 0;
  private depth = 0;

  constructor(nowSeconds: number | undefined, maxSteps = MAX_JQ_STEPS) {
    this.nowSeconds = nowSeconds;
    this.maxSteps = maxSteps;
  }

  /** Counts one step. @throws CapstanError EXPRESSION_TOO_EXPENSIVE */
  step(): void {
    if (++this.steps > this.maxSteps) tooExpensive(`more than ${this.maxSteps} steps`);
  }

  /** Counts the making of something that holds `units` bytes or elements. @throws CapstanError EXPRESSION_TOO_EXPENSIVE */
  make(units: number): void {
    this.steps += units / UNITS_A_STEP;
    if (this.steps > this.maxSteps) tooExpensive(`more than ${this.maxSteps} steps`);
  }

  /** Runs a call. @throws CapstanError EXPRESSION_TOO_EXPENSIVE when calls nest too deep */
  nested(call: () => void): void {
    if (++this.depth > MAX_JQ_CALL_DEPTH) tooExpensive(`calls nest more than ${MAX_JQ_CALL_DEPTH} levels deep`);
    call();
    this.depth--;
  }

  /** After a caught failure: how deep calls nested where it is caught. */
  mark(): number {
    return this.depth;
  }

  /** Goes back to a `mark`. */
  reset(mark: number): void {
    this.depth = mark;
  }
}

/** The evaluation that runs now. Evaluations are synchronous: there is one at most. */
let current: Run | undefined;

/** Does something as part of an evaluation, so that what it `spend`s is counted there. */
export function during(run: Run, work: () => void): void {
  const before = current;
  current = run;
  try {
    work();
  } finally {
    current = before;
  }
}

/**
 * Counts work within one step, before it is done: what takes time by the size of a value must not be one step, whatever
 * the size. @throws CapstanError EXPRESSION_TOO_EXPENSIVE
 */
export function spend(units: number): void {
  current?.make(units);
}

/**
 * What one character costs that is looked at by itself, one entry that is copied, one key that is sorted, and one error
 * that is thrown and caught.
 */
export const CHARACTER = 16;
export const ENTRY = 8;
export const KEY = 64;
export const CAUGHT = 24 * KEY;

/** @throws CapstanError EXPRESSION_TOO_EXPENSIVE */
export function tooExpensive(why: string): never {
  throw new CapstanError('EXPRESSION_TOO_EXPENSIVE', `the jq expression takes too much: ${why}`);
}

/** How a value was reached from where `path(…)` began: the last step, and those before it. */
export interface Trail {
  readonly key: JsonValue | undefined;
  /** The value that the steps lead to. */
  readonly value: JsonValue;
  readonly before: Trail | undefined;
}

/** A value on its way, with its trail when paths are being followed. */
export interface Cursor {
  readonly value: JsonValue;
  readonly trail: Trail | undefined;
}

/** Takes what a filter puts out, one value at a time. */
export type Emit = (at: Cursor) => void;

/** A compiled expression. */
export type Filter = (env: Env, at: Cursor, emit: Emit) => void;

/** A filter that stands for a parameter, with the scope it was written in. */
export interface Closure {
  readonly filter: Filter;
  readonly env: Env;
}

/** What names are bound to, innermost first. Which one a name means was settled when it was compiled. */
export interface Env {
  readonly run: Run;
  readonly up: Env | undefined;
  readonly bound?: JsonValue;
  readonly closure?: Closure;
  /** What a `break` to this label carries. */
  readonly mark?: object;
}

/** A cursor whose path is not followed. */
export function untracked(value: JsonValue): Cursor {
  return { value, trail: undefined };
}

/** The same place with another value: not reached by a step, so that only the same value may be followed further. */
export function replaced(at: Cursor, value: JsonValue): Cursor {
  return { value, trail: at.trail };
}

/**
 * One step further; only a value that is still the one that the trail leads to can be followed.
 * @throws JqError
 */
export function stepped(at: Cursor, key: JsonValue, value: JsonValue): Cursor {
  if (at.trail === undefined) return { value, trail: undefined };
  requireIntact(at, 'invalid path against');
  return { value, trail: { key, value, before: at.trail } };
}

/** @throws JqError when the value of a cursor is not the one that its trail leads to */
export function requireIntact(at: Cursor, problem: string): void {
  if (at.trail !== undefined && !Object.is(at.trail.value, at.value) && at.trail.value !== at.value) {
    failAbout(problem, at.value);
  }
}

/** The steps of a trail, first one first. */
export function pathOf(trail: Trail): JsonValue[] {
  const keys: JsonValue[] = [];
  for (let at: Trail | undefined = trail; at?.key !== undefined; at = at.before) keys.push(at.key);
  return keys.reverse();
}
