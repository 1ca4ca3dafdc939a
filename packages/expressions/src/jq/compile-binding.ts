import type { JsonArray, JsonValue } from '@capstan/object';
import { indexValue } from './access.ts';
import { compileQuery } from './compile.ts';
import { failAbout, JqError, replaced, untracked, type Cursor, type Env, type Filter } from './run.ts';
import { ascend, declare, find, type Scope } from './scope.ts';
import type { Pattern, PatternEntry, Query } from './syntax.ts';

/** Binds the variables of a pattern, once for each way in which its keys can be had. */
type Binder = (env: Env, value: JsonValue, then: (env: Env) => void) => void;

interface CompiledPattern {
  readonly bind: Binder;
  readonly scope: Scope | undefined;
}

/** `source as pattern ?// pattern | body`. */
export function compileBinding(query: Extract<Query, { kind: 'bind' }>, scope: Scope | undefined): Filter {
  const source = compileQuery(query.source, scope);
  const [only, ...others] = query.patterns;
  if (only !== undefined && others.length === 0) {
    const pattern = compilePattern(only, scope);
    const body = compileQuery(query.body, pattern.scope);
    return (env, at, emit) =>
      source(env, untracked(at.value), (found) => pattern.bind(env, found.value, (bound) => body(bound, at, emit)));
  }
  const alternatives = compileAlternatives(query.patterns, scope);
  const body = compileQuery(query.body, alternatives.scope);
  return (env, at, emit) =>
    source(env, untracked(at.value), (found) => {
      for (const [index, bind] of alternatives.binders.entries()) {
        const depth = env.run.mark();
        try {
          bind(env, found.value, (bound) => body(bound, at, emit));
          return;
        } catch (error) {
          // The next pattern is tried after an error of the body too; the last one's error stands.
          if (!(error instanceof JqError) || error.halts || index === alternatives.binders.length - 1) throw error;
          env.run.reset(depth);
        }
      }
    });
}

/** `reduce` and `foreach`. */
export function compileFold(query: Extract<Query, { kind: 'reduce' | 'foreach' }>, scope: Scope | undefined): Filter {
  const source = compileQuery(query.source, scope);
  const start = compileQuery(query.start, scope);
  const pattern = compilePattern(query.pattern, scope);
  const update = compileQuery(query.update, pattern.scope);
  const extract =
    query.kind === 'foreach' && query.extract !== undefined ? compileQuery(query.extract, pattern.scope) : undefined;
  const isReduce = query.kind === 'reduce';
  return (env, at, emit) =>
    start(env, untracked(at.value), (begun) => {
      let state = begun.value;
      source(env, at, (item) =>
        pattern.bind(env, item.value, (bound) =>
          update(bound, replaced(item, state), (updated: Cursor) => {
            state = updated.value;
            if (isReduce) return;
            if (extract === undefined) emit(updated);
            else extract(bound, updated, emit);
          }),
        ),
      );
      if (isReduce) emit(replaced(at, state));
    });
}

/** Every variable of every pattern is bound, to null where its pattern was not the one that fitted. */
function compileAlternatives(
  patterns: readonly Pattern[],
  scope: Scope | undefined,
): { readonly binders: readonly Binder[]; readonly scope: Scope | undefined } {
  const names = [...new Set(patterns.flatMap(variablesOf))];
  const inside = names.reduce<Scope | undefined>((up, name) => declare(up, name), scope);
  const binders = patterns.map((pattern): Binder => {
    const compiled = compilePattern(pattern, scope);
    const places = names.map((name) =>
      variablesOf(pattern).includes(name) ? find(compiled.scope, name)?.distance : undefined,
    );
    return (env, value, then) =>
      compiled.bind(env, value, (found) => {
        let bound = env;
        for (const place of places) {
          bound = { run: env.run, up: bound, bound: place === undefined ? null : (ascend(found, place).bound ?? null) };
        }
        then(bound);
      });
  });
  return { binders, scope: inside };
}

function variablesOf(pattern: Pattern): readonly string[] {
  switch (pattern.kind) {
    case 'variable':
      return [pattern.name];
    case 'array':
      return pattern.items.flatMap(variablesOf);
    case 'object':
      return pattern.entries.flatMap((entry) => [
        ...(entry.variable === undefined ? [] : [entry.variable]),
        ...(entry.pattern === undefined ? [] : variablesOf(entry.pattern)),
      ]);
    default:
      return pattern satisfies never;
  }
}

function compilePattern(pattern: Pattern, scope: Scope | undefined): CompiledPattern {
  switch (pattern.kind) {
    case 'variable':
      return {
        scope: declare(scope, pattern.name),
        bind: (env, value, then) => then({ run: env.run, up: env, bound: value }),
      };
    case 'array':
      return chain(
        pattern.items.map((item, index) => (up) => {
          const inner = compilePattern(item, up);
          return { scope: inner.scope, bind: (env, value, then) => inner.bind(env, itemOf(value, index), then) };
        }),
        scope,
      );
    case 'object':
      return chain(
        pattern.entries.map((entry) => (up) => compileEntry(entry, up)),
        scope,
      );
    default:
      return pattern satisfies never;
  }
}

function itemOf(value: JsonValue, index: number): JsonValue {
  if (value === null) return null;
  if (!Array.isArray(value)) failAbout('expected an array but got', value);
  return (value as JsonArray)[index] ?? null;
}

/** One after the other, each within the scope of those before. */
function chain(
  parts: readonly ((scope: Scope | undefined) => CompiledPattern)[],
  scope: Scope | undefined,
): CompiledPattern {
  return parts.reduce<CompiledPattern>(
    (before, part) => {
      const next = part(before.scope);
      return {
        scope: next.scope,
        bind: (env, value, then) => before.bind(env, value, (bound) => next.bind(bound, value, then)),
      };
    },
    { scope, bind: (env, _value, then) => then(env) },
  );
}

/** A key that is computed is computed on the value that is taken apart, as gojq does. */
function compileEntry(entry: PatternEntry, scope: Scope | undefined): CompiledPattern {
  const key = compileQuery(entry.key, scope);
  const named =
    entry.variable === undefined ? undefined : compilePattern({ kind: 'variable', name: entry.variable }, scope);
  const nested = entry.pattern === undefined ? undefined : compilePattern(entry.pattern, named?.scope ?? scope);
  return {
    scope: nested?.scope ?? named?.scope ?? scope,
    bind: (env, value, then) =>
      key(env, untracked(value), (found) => {
        const inner = indexValue(env.run, value, found.value);
        const withNested = (bound: Env): void => (nested === undefined ? then(bound) : nested.bind(bound, inner, then));
        if (named === undefined) withNested(env);
        else named.bind(env, inner, withNested);
      }),
  };
}
