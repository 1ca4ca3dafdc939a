import type { Bind, Clause, ImportForm, Node, Parameter, Program } from './ast.ts';
import { bindArguments, run } from './calls.ts';
import { compileComprehendedObject, compileObject } from './compile-object.ts';
import type { Machine } from './machine.ts';
import { toText } from './manifest.ts';
import { binary, booleanOf, checkedNumber, functionOf, numberOf, textOf, unary } from './operators.ts';
import { runtimeProblem, type Place } from './problem.ts';
import { scopeOf, standpoint, variable, type Scope } from './scope.ts';
import { slice } from './slice.ts';
import { codePoints } from './text.ts';
import {
  ArrayValue,
  FunctionValue,
  Lazy,
  ObjectValue,
  TailCall,
  typeOf,
  type Code,
  type Env,
  type Value,
} from './values.ts';

/** What programs are compiled into, and what they reach beyond themselves. */
export interface Context {
  readonly machine: Machine;
  /** The value of an import that stands at a place. */
  readonly import: (form: ImportForm, path: string, place: Place) => Value;
}

/** A piece of program at the end of a function: it may end in a call that takes the function's place. */
export type TailCode = (env: Env) => Value | TailCall;

/** Compiles a program that sees these variables. Throws RENDER_INVALID for names that nobody declares. */
export function compileProgram(context: Context, program: Program, variables: Readonly<Record<string, Value>>): Lazy {
  const scope = scopeOf(Object.keys(variables), undefined);
  const code = compile(context, program.root, scope);
  const slots = Object.values(variables).map((value) => Lazy.of(value));
  const env: Env = { slots, parent: undefined, self: undefined, layer: -1 };
  return Lazy.from(context.machine, () => code(env), program.root.place);
}

/** Compiles an expression. */
export function compile(context: Context, node: Node, scope: Scope): Code {
  const { place } = node;
  switch (node.kind) {
    case 'null':
      return () => null;
    case 'boolean':
    case 'string': {
      const { value } = node;
      return () => value;
    }
    case 'number': {
      const value = Number(node.text);
      return Number.isFinite(value) ? () => value : () => checkedNumber(value, place);
    }
    case 'variable': {
      const read = variable(scope, node.name, place);
      return (env) => read(env).get();
    }
    case 'self': {
      const read = standpoint(scope, 'self', place);
      return (env) => read(env).self;
    }
    case 'dollar': {
      const read = standpoint(scope, '$', place);
      return (env) => read(env).self;
    }
    case 'super-index':
    case 'in-super':
      return compileSuper(context, node, scope);
    case 'array': {
      const items = node.elements.map((element) => compileLazy(context, element, scope));
      return (env) => new ArrayValue(items.map((item) => item(env)));
    }
    case 'array-comprehension':
      return compileComprehension(context, node.body, node.clauses, scope);
    case 'object':
      return compileObject(context, node.object, scope);
    case 'object-comprehension':
      return compileComprehendedObject(context, node, scope);
    case 'index':
      return compileIndex(context, node, scope);
    case 'slice': {
      const parts = [node.target, node.from, node.to, node.step].map((part) =>
        part === undefined ? () => null : compile(context, part, scope),
      );
      return (env) => {
        const [target = null, from = null, to = null, step = null] = parts.map((part) => part(env));
        return slice(target, { from, to, step }, place);
      };
    }
    case 'apply': {
      const call = compileCall(context, node, scope);
      return (env) => {
        const { target, args } = call(env);
        return run(context.machine, target, args, place);
      };
    }
    case 'binary':
      return compileBinary(context, node, scope);
    case 'unary': {
      const operand = compile(context, node.operand, scope);
      return (env) => unary(node.operator, operand(env), place);
    }
    case 'function':
      return compileFunction(context, node.parameters, node.body, scope);
    case 'local': {
      const { enter, inner } = compileBinds(context, node.binds, scope);
      const body = compile(context, node.body, inner);
      return (env) => body(enter(env));
    }
    case 'if': {
      const condition = compile(context, node.condition, scope);
      const then = compile(context, node.then, scope);
      const otherwise = node.otherwise === undefined ? () => null : compile(context, node.otherwise, scope);
      return (env) => (booleanOf(condition(env), place) ? then(env) : otherwise(env));
    }
    case 'assert': {
      const check = compileAssertion(context, node.assertion, scope);
      const rest = compile(context, node.rest, scope);
      return (env) => {
        check(env);
        return rest(env);
      };
    }
    case 'error': {
      const message = compile(context, node.message, scope);
      return (env) => {
        throw runtimeProblem(toText(context.machine, message(env)), place);
      };
    }
    case 'import':
      return () => context.import(node.form, node.path, place);
    default:
      return node satisfies never;
  }
}

/** Compiles an expression whose value may never be asked for. */
export function compileLazy(context: Context, node: Node, scope: Scope): (env: Env) => Lazy {
  switch (node.kind) {
    case 'null':
      return constant(null);
    case 'boolean':
    case 'string':
      return constant(node.value);
    case 'variable':
      return variable(scope, node.name, node.place);
    case 'self': {
      const read = standpoint(scope, 'self', node.place);
      return (env) => Lazy.of(read(env).self);
    }
    default: {
      const code = compile(context, node, scope);
      return (env) => Lazy.from(context.machine, () => code(env), node.place);
    }
  }
}

function constant(value: Value): (env: Env) => Lazy {
  const lazy = Lazy.of(value);
  return () => lazy;
}

/** Compiles what stands at the end of a function: calls there that say `tailstrict` take no frame of their own. */
function compileTail(context: Context, node: Node, scope: Scope): TailCode {
  switch (node.kind) {
    case 'apply': {
      if (!node.tailstrict) return compile(context, node, scope);
      const call = compileCall(context, node, scope);
      return (env) => {
        const { target, args } = call(env);
        context.machine.step(1);
        return new TailCall(target, args);
      };
    }
    case 'if': {
      const condition = compile(context, node.condition, scope);
      const then = compileTail(context, node.then, scope);
      const otherwise = node.otherwise === undefined ? () => null : compileTail(context, node.otherwise, scope);
      return (env) => (booleanOf(condition(env), node.place) ? then(env) : otherwise(env));
    }
    case 'local': {
      const { enter, inner } = compileBinds(context, node.binds, scope);
      const body = compileTail(context, node.body, inner);
      return (env) => body(enter(env));
    }
    case 'assert': {
      const check = compileAssertion(context, node.assertion, scope);
      const rest = compileTail(context, node.rest, scope);
      return (env) => {
        check(env);
        return rest(env);
      };
    }
    default:
      return compile(context, node, scope);
  }
}

/** A block with variables that may refer to each other. */
export function compileBinds(
  context: Context,
  binds: readonly Bind[],
  scope: Scope,
): { readonly inner: Scope; readonly enter: (env: Env) => Env } {
  const names = binds.map(({ name }) => name);
  binds.forEach(({ name, place }, at) => {
    if (names.indexOf(name) < at) throw runtimeProblem(`Duplicate local var: ${name}`, place);
  });
  const inner = scopeOf(names, scope);
  const variables = compileVariables(context, binds, inner);
  return { inner, enter: (env) => withVariables(context.machine, env, variables) };
}

/** A variable of a block: its value, and where that stands. */
export interface Variable {
  readonly code: Code;
  readonly place: Place;
}

/** Compiles the variables of a block, which may refer to each other. */
export function compileVariables(context: Context, binds: readonly Bind[], inner: Scope): readonly Variable[] {
  return binds.map(({ value }) => ({ code: compile(context, value, inner), place: value.place }));
}

/** A block below another one, with its variables. */
export function withVariables(
  machine: Machine,
  parent: Env | undefined,
  variables: readonly Variable[],
  of?: { readonly self: ObjectValue; readonly layer: number },
): Env {
  const slots: Lazy[] = [];
  const env: Env = { slots, parent, self: of?.self, layer: of?.layer ?? -1 };
  for (const { code, place } of variables) slots.push(Lazy.from(machine, () => code(env), place));
  return env;
}

/** Compiles a condition that must hold. */
export function compileAssertion(
  context: Context,
  assertion: Extract<Node, { kind: 'assert' }>['assertion'],
  scope: Scope,
  otherwise = 'Assertion failed',
): (env: Env) => void {
  const { place } = assertion;
  const condition = compile(context, assertion.condition, scope);
  const message = assertion.message === undefined ? undefined : compile(context, assertion.message, scope);
  return (env) => {
    if (booleanOf(condition(env), place)) return;
    throw runtimeProblem(message === undefined ? otherwise : toText(context.machine, message(env)), place);
  };
}

function compileSuper(context: Context, node: Extract<Node, { kind: 'super-index' | 'in-super' }>, scope: Scope): Code {
  const { place } = node;
  const read = standpoint(scope, 'super', place);
  if (node.kind === 'in-super') {
    const left = compile(context, node.left, scope);
    return (env) => {
      const { self, layer } = read(env);
      return self.hasBelow(textOf(left(env), place), layer);
    };
  }
  const index = compile(context, node.index, scope);
  return (env) => {
    const { self, layer } = read(env);
    if (layer === 0) throw runtimeProblem('Attempt to use super when there is no super class.', place);
    const name = textOf(index(env), place);
    const value = self.getBelow(name, layer);
    if (value === undefined) throw runtimeProblem(`Field does not exist: ${name}`, place);
    return value;
  };
}

function compileIndex(context: Context, node: Extract<Node, { kind: 'index' }>, scope: Scope): Code {
  const { place } = node;
  const target = compile(context, node.target, scope);
  const index = compile(context, node.index, scope);
  return (env) => indexed(target(env), index(env), place);
}

function indexed(target: Value, index: Value, place: Place): Value {
  if (target instanceof ObjectValue) {
    const name = textOf(index, place);
    const value = target.get(name);
    if (value === undefined) throw runtimeProblem(`Field does not exist: ${name}`, place);
    return value;
  }
  if (!(target instanceof ArrayValue) && typeof target !== 'string')
    throw runtimeProblem(`Value non indexable: ${typeOf(target)}`, place);
  const at = Math.trunc(numberOf(index, place));
  const letters = typeof target === 'string' ? codePoints(target) : undefined;
  const length = letters?.length ?? (target instanceof ArrayValue ? target.items.length : 0);
  if (at < 0 || at >= length) throw runtimeProblem(`Index ${at} out of bounds, not within [0, ${length})`, place);
  if (letters !== undefined) return letters[at] ?? '';
  return target instanceof ArrayValue ? (target.items[at]?.get() ?? null) : null;
}

function compileBinary(context: Context, node: Extract<Node, { kind: 'binary' }>, scope: Scope): Code {
  const { operator, place } = node;
  const left = compile(context, node.left, scope);
  const right = compile(context, node.right, scope);
  const { machine } = context;
  if (operator === '&&') return (env) => booleanOf(left(env), place) && booleanOf(right(env), place);
  if (operator === '||') return (env) => booleanOf(left(env), place) || booleanOf(right(env), place);
  return (env) => binary(machine, operator, left(env), right(env), place);
}

function compileFunction(context: Context, parameters: readonly Parameter[], body: Node, scope: Scope): Code {
  const inner = scopeOf(
    parameters.map(({ name }) => name),
    scope,
  );
  const fallbacks = parameters.map(({ fallback }) =>
    fallback === undefined ? undefined : compile(context, fallback, inner),
  );
  const code = compileTail(context, body, inner);
  const shape = parameters.map(({ name, fallback }) => ({ name, optional: fallback !== undefined }));
  return (parent) =>
    new FunctionValue('', shape, (args) => {
      const slots: Lazy[] = [];
      const env: Env = { slots, parent, self: undefined, layer: -1 };
      fallbacks.forEach((fallback, at) => {
        const given = args[at];
        slots.push(given ?? Lazy.from(context.machine, () => fallback?.(env) ?? null));
      });
      return code(env);
    });
}

function compileCall(context: Context, node: Extract<Node, { kind: 'apply' }>, scope: Scope) {
  const { place, tailstrict } = node;
  const target = compile(context, node.target, scope);
  const positional = node.positional.map((argument) => compileLazy(context, argument, scope));
  const named = node.named.map(({ name, value }) => ({ name, value: compileLazy(context, value, scope) }));
  return (env: Env) => {
    const callee = functionOf(target(env), place);
    const args = bindArguments(
      callee,
      positional.map((argument) => argument(env)),
      named.map(({ name, value }) => ({ name, value: value(env) })),
      place,
    );
    if (tailstrict) for (const argument of args) argument?.get();
    return { target: callee, args };
  };
}

function compileComprehension(context: Context, body: Node, clauses: readonly Clause[], scope: Scope): Code {
  const { each, inner } = compileClauses(context, clauses, scope);
  const item = compileLazy(context, body, inner);
  return (env) => {
    const items: Lazy[] = [];
    each(env, (at) => {
      items.push(item(at));
    });
    return new ArrayValue(items);
  };
}

/** The blocks that a comprehension's clauses make, one after another. */
export function compileClauses(
  context: Context,
  clauses: readonly Clause[],
  scope: Scope,
): { readonly inner: Scope; readonly each: (env: Env, visit: (env: Env) => void) => void } {
  const [clause, ...rest] = clauses;
  if (clause === undefined) return { inner: scope, each: (env, visit) => visit(env) };
  if (clause.kind === 'if') {
    const condition = compile(context, clause.condition, scope);
    const further = compileClauses(context, rest, scope);
    return {
      inner: further.inner,
      each: (env, visit) => {
        if (booleanOf(condition(env), clause.condition.place)) further.each(env, visit);
      },
    };
  }
  const items = compile(context, clause.items, scope);
  const further = compileClauses(context, rest, scopeOf([clause.name], scope));
  return {
    inner: further.inner,
    each: (env, visit) => {
      const list = items(env);
      if (!(list instanceof ArrayValue))
        throw runtimeProblem(`Unexpected type ${typeOf(list)}, expected array`, clause.items.place);
      context.machine.step(list.items.length);
      for (const item of list.items) further.each({ slots: [item], parent: env, self: undefined, layer: -1 }, visit);
    },
  };
}
