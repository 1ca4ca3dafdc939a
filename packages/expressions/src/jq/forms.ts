import { CapstanError } from '@capstan/errors';
import type { JsonArray, JsonValue } from '@capstan/object';
import { getPathOf } from './access.ts';
import { eachPath } from './compile-update.ts';
import { isTrue } from './compile.ts';
import { entriesOf } from './collections.ts';
import { isNumber } from './numbers.ts';
import { add, compareValues } from './operators.ts';
import {
  CAUGHT,
  failAbout,
  JqError,
  replaced,
  requireIntact,
  stepped,
  untracked,
  type Cursor,
  type Emit,
  type Env,
  type Filter,
} from './run.ts';

/** A function whose arguments are filters, not values. */
type Form = (args: readonly Filter[]) => Filter;

const nothing: Filter = () => undefined;

/** The functions that decide themselves how often their arguments run. */
export const FORMS: Readonly<Record<string, Form>> = {
  'empty/0': () => nothing,
  'path/1': one((f) => (env, at, emit) => eachPath(env, f, at.value, (path) => emit(replaced(at, path)))),
  'select/1': one(
    (f) => (env, at, emit) =>
      f(env, untracked(at.value), (verdict) => {
        if (isTrue(verdict.value)) emit(at);
      }),
  ),
  'recurse/1': one((f) => (env, at, emit) => walk(env, at, emit, (from) => collect(env, f, from))),
  'recurse/0': () => (env, at, emit) => walk(env, at, emit, childrenOf),
  'first/1': one((f) => (env, at, emit) => {
    const found = firstOf(env, f, at);
    if (found !== undefined) emit(found);
  }),
  'last/1': one((f) => (env, at, emit) => {
    let found: Cursor | undefined;
    f(env, at, (made) => (found = made));
    if (found !== undefined) emit(replaced(at, found.value));
  }),
  'isempty/1': one((f) => (env, at, emit) => emit(replaced(at, firstOf(env, f, untracked(at.value)) === undefined))),
  'limit/2': two(
    (n, f) => (env, at, emit) =>
      n(env, untracked(at.value), (count) => limit(env, f, at, numberFor('limit', count.value), emit)),
  ),
  'skip/2': two(
    (n, f) => (env, at, emit) =>
      n(env, untracked(at.value), (count) => {
        let left = numberFor('skip', count.value);
        f(env, at, (made) => {
          if (left-- <= 0) emit(made);
        });
      }),
  ),
  'until/2': two((condition, next) => (env, at, emit) => unfold(env, at, emit, condition, next, 'until')),
  'while/2': two((condition, next) => (env, at, emit) => unfold(env, at, emit, condition, next, 'while')),
  'repeat/1': one((f) => (env, at, emit) => {
    for (;;) {
      env.run.step();
      f(env, at, emit);
    }
  }),
  'range/3': three(
    (from, to, by) => (env, at, emit) =>
      from(env, untracked(at.value), (start) =>
        to(env, untracked(at.value), (end) =>
          by(env, untracked(at.value), (step) => range(env, at, [start.value, end.value, step.value], emit)),
        ),
      ),
  ),
  'getpath/1': one(
    (f) => (env, at, emit) =>
      f(env, untracked(at.value), ({ value: path }) => {
        const value = getPathOf(env.run, at.value, path);
        requireIntact(at, 'invalid path against');
        let { trail } = at;
        if (trail !== undefined) for (const key of path as JsonArray) trail = { key, value, before: trail };
        emit({ value, trail });
      }),
  ),
  'input/0': () => {
    throw new CapstanError('EXPRESSION_INVALID', 'input(s)/0 is not allowed');
  },
  'inputs/0': () => {
    throw new CapstanError('EXPRESSION_INVALID', 'input(s)/0 is not allowed');
  },
};

/** The first value that a filter puts out. */
export function firstOf(env: Env, filter: Filter, at: Cursor): Cursor | undefined {
  let found: Cursor | undefined;
  const depth = env.run.mark();
  env.run.make(CAUGHT / 2);
  const stop = new Stop();
  try {
    filter(env, at, (made) => {
      found = made;
      throw stop;
    });
  } catch (error) {
    if (error !== stop) throw error;
    env.run.reset(depth);
  }
  return found;
}

/** Ends a filter that has put out enough. */
class Stop extends Error {}

function limit(env: Env, filter: Filter, at: Cursor, count: number, emit: Emit): void {
  if (count < 0) throw new JqError("limit doesn't support negative count");
  if (count === 0) return;
  let left = count;
  const depth = env.run.mark();
  env.run.make(CAUGHT / 2);
  const stop = new Stop();
  try {
    filter(env, at, (made) => {
      emit(made);
      if (--left <= 0) throw stop;
    });
  } catch (error) {
    if (error !== stop) throw error;
    env.run.reset(depth);
  }
}

function numberFor(name: string, value: JsonValue): number {
  if (!isNumber(value)) {
    // Values that are no numbers stand before or behind all numbers in jq's order.
    if (compareValues(value, 0) > 0) failAbout(`${name} needs a number, and was given`, value);
    throw new JqError(`${name} doesn't support negative count`);
  }
  if (value < 0) throw new JqError(`${name} doesn't support negative count`);
  return Number(value);
}

/** A value, then all that follows from it, depth first, without nesting calls. */
function walk(env: Env, start: Cursor, emit: Emit, next: (at: Cursor) => readonly Outcome[]): void {
  const waiting: Outcome[] = [start];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (at instanceof Failure) throw at.error;
    env.run.step();
    emit(at);
    for (const following of [...next(at)].reverse()) waiting.push(following);
  }
}

/** `until` and `while`, without nesting calls. */
function unfold(env: Env, start: Cursor, emit: Emit, condition: Filter, next: Filter, mode: 'until' | 'while'): void {
  const waiting: (Outcome | { readonly decided: boolean; readonly at: Cursor })[] = [start];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    env.run.step();
    if (at instanceof Failure) throw at.error;
    if ('decided' in at) {
      if (mode === 'until' ? at.decided : !at.decided) {
        if (mode === 'until') emit(at.at);
        continue;
      }
      if (mode === 'while') emit(at.at);
      waiting.push(...collect(env, next, at.at).reverse());
      continue;
    }
    const from = at;
    const verdicts = collect(env, condition, untracked(from.value)).map((verdict) =>
      verdict instanceof Failure ? verdict : { decided: isTrue(verdict.value), at: from },
    );
    waiting.push(...verdicts.reverse());
  }
}

/** A failure that comes after what was put out before it. */
class Failure {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

type Outcome = Cursor | Failure;

function collect(env: Env, filter: Filter, at: Cursor): Outcome[] {
  const made: Outcome[] = [];
  try {
    filter(env, at, (next) => made.push(next));
  } catch (error) {
    if (error instanceof CapstanError) throw error;
    made.push(new Failure(error));
  }
  return made;
}

function childrenOf(at: Cursor): readonly Cursor[] {
  const entries = entriesOf(at.value);
  if (entries === undefined) return [];
  return entries.map(([key, value]) => stepped(at, key, value));
}

function range(env: Env, at: Cursor, bounds: readonly [JsonValue, JsonValue, JsonValue], emit: Emit): void {
  for (const bound of bounds) if (!isNumber(bound)) failAbout('range cannot be applied to', bound);
  const [start, end, step] = bounds;
  const direction = Math.sign(compareValues(step, 0));
  for (let value = start; direction * compareValues(value, end) < 0; value = add(env.run, value, step)) {
    env.run.step();
    emit(replaced(at, value));
  }
}

function one(make: (f: Filter) => Filter): Form {
  return ([f = nothing]) => make(f);
}

function two(make: (f: Filter, g: Filter) => Filter): Form {
  return ([f = nothing, g = nothing]) => make(f, g);
}

function three(make: (f: Filter, g: Filter, h: Filter) => Filter): Form {
  return ([f = nothing, g = nothing, h = nothing]) => make(f, g, h);
}
