import { CapstanError } from '@capstan/errors';
import { tooExpensive, type Env, type Filter } from './run.ts';
import type { Definition } from './syntax.ts';

/** A function under its definition; its body is filled in once it is compiled, so that it may call itself. */
export interface CompiledFunction {
  readonly parameters: readonly string[];
  body: Filter | undefined;
}

/** What the names in an expression mean, innermost first; runs beside `Env`, entry for entry. */
export interface Scope {
  /** `$name` of a variable, `name/arity` of a function or parameter, `*name` of a label. */
  readonly name: string;
  readonly function: CompiledFunction | undefined;
  readonly up: Scope | undefined;
}

/** A name that was found: how far up its binding stands. */
export interface Found {
  readonly distance: number;
  readonly function: CompiledFunction | undefined;
}

/** Adds a name. */
export function declare(up: Scope | undefined, name: string, fn?: CompiledFunction): Scope {
  return { name, function: fn, up };
}

/** Looks a name up. */
export function find(scope: Scope | undefined, name: string): Found | undefined {
  let distance = 0;
  for (let at = scope; at !== undefined; at = at.up, distance++) {
    if (at.name === name) return { distance, function: at.function };
  }
  return undefined;
}

/** The scope of a function's body: its parameters as functions, then as values where they begin with `$`. */
export function bodyScope(up: Scope | undefined, definition: Definition): Scope | undefined {
  let scope = up;
  for (const parameter of definition.parameters) scope = declare(scope, `${parameter.replace('$', '')}/0`);
  for (const parameter of definition.parameters) {
    if (parameter.startsWith('$')) scope = declare(scope, parameter);
  }
  return scope;
}

/** The environment that many steps up. */
export function ascend(env: Env, distance: number): Env {
  let at = env;
  for (let left = distance; left > 0; left--) at = at.up ?? at;
  return at;
}

/**
 * The environment of a function's body, once for each combination of the values that its `$` parameters take; the
 * first of them varies slowest.
 */
export function callFunction(
  fn: CompiledFunction,
  home: Env,
  args: readonly Filter[],
  caller: Env,
  input: Parameters<Filter>[1],
  emit: Parameters<Filter>[2],
): void {
  const { body, parameters } = fn;
  if (body === undefined)
    throw new CapstanError('EXPRESSION_INVALID', 'a function of jq was called before it was read');
  const { run } = caller;
  run.step();
  let inner = home;
  for (const filter of args) inner = { run, up: inner, closure: { filter, env: caller } };
  const values = args.filter((_, index) => parameters[index]?.startsWith('$') === true);
  const bindFrom = (index: number, env: Env): void => {
    const filter = values[index];
    if (filter === undefined) run.nested(() => body(env, input, emit));
    else
      filter(caller, { value: input.value, trail: undefined }, (at) =>
        bindFrom(index + 1, { run, up: env, bound: at.value }),
      );
  };
  bindFrom(0, inner);
}

/** Turns an overflow of the engine's own stack into an error of the expression. */
export function withinStack<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) tooExpensive('it nests too deep');
    throw error;
  }
}
