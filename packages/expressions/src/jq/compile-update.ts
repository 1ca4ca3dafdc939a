import type { JsonValue } from '@capstan/object';
import { getPathOf, PathWriter } from './access.ts';
import { operate } from './operators.ts';
import { pathOf, replaced, requireIntact, untracked, type Cursor, type Env, type Filter } from './run.ts';
import { firstOf } from './forms.ts';
import type { BinaryOperator, UpdateOperator } from './syntax.ts';

/** The operators that write: `=`, `|=`, and those that combine old and new. */
export function compileUpdate(operator: UpdateOperator, path: Filter, value: Filter): Filter {
  switch (operator) {
    case '=':
      return (env, at, emit) =>
        value(env, untracked(at.value), (made) => {
          const writer = new PathWriter(env.run, at.value);
          eachPath(env, path, at.value, (found) => writer.set(found, made.value));
          emit(replaced(at, writer.value));
        });
    case '|=':
      return (env, at, emit) =>
        emit(
          replaced(
            at,
            modify(env, path, at.value, (old) => firstOf(env, value, untracked(old))?.value),
          ),
        );
    case '//=':
      return (env, at, emit) =>
        value(env, untracked(at.value), (made) => {
          const combined = modify(env, path, at.value, (old) => (old === null || old === false ? made.value : old));
          emit(replaced(at, combined));
        });
    default: {
      const binary = operator.slice(0, -1) as BinaryOperator;
      return (env, at, emit) =>
        value(env, untracked(at.value), (made) => {
          const combined = modify(env, path, at.value, (old) => operate(env.run, binary, old, made.value));
          emit(replaced(at, combined));
        });
    }
  }
}

/** Every path that a filter goes along from a value. @throws JqError where it leaves the paths */
export function eachPath(env: Env, path: Filter, value: JsonValue, then: (path: JsonValue[]) => void): void {
  const start: Cursor = { value, trail: { key: undefined, value, before: undefined } };
  path(env, start, (at) => {
    requireIntact(at, 'invalid path against');
    then(trailOf(at));
  });
}

function trailOf(at: Cursor): JsonValue[] {
  return at.trail === undefined ? [] : pathOf(at.trail);
}

/** Changes what stands at each path; what becomes nothing is deleted in the end. */
function modify(
  env: Env,
  path: Filter,
  value: JsonValue,
  change: (old: JsonValue) => JsonValue | undefined,
): JsonValue {
  const writer = new PathWriter(env.run, value);
  const dropped: JsonValue[] = [];
  eachPath(env, path, value, (found) => {
    const changed = change(getPathOf(env.run, writer.value, found));
    if (changed === undefined) dropped.push(found);
    else writer.set(found, changed);
  });
  return writer.deleteAll(dropped);
}
