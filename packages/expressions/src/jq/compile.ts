import { CapstanError } from '@capstan/errors';
import { isJsonObject, setKey, type JsonValue } from '@capstan/object';
import { indexValue, sliceValue } from './access.ts';
import { compileFold, compileBinding } from './compile-binding.ts';
import { compileUpdate } from './compile-update.ts';
import { entriesOf } from './collections.ts';
import { FORMS } from './forms.ts';
import { NATIVES, type Native } from './natives.ts';
import { negate, operate } from './operators.ts';
import { parseDefinitions } from './parser.ts';
import { PRELUDE } from './prelude.ts';
import {
  CAUGHT,
  Break,
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
import { ascend, bodyScope, callFunction, declare, find, type CompiledFunction, type Scope } from './scope.ts';
import { format } from './strings.ts';
import type { Definition, ObjectEntry, Query } from './syntax.ts';

const identity: Filter = (_env, at, emit) => emit(at);

/**
 * Compiles a query into a filter.
 * @throws CapstanError EXPRESSION_INVALID for a name that nothing is called
 */
export function compileQuery(query: Query, scope: Scope | undefined): Filter {
  switch (query.kind) {
    case 'identity':
      return identity;
    case 'literal': {
      const { value } = query;
      return (_env, at, emit) => emit(replaced(at, value));
    }
    case 'text':
      return compileText(query.parts, query.format ?? '@text', scope);
    case 'format':
      return (_env, at, emit) => emit(replaced(at, format(query.name, at.value)));
    case 'index':
    case 'slice':
    case 'iterate':
      return compileAccess(query, scope);
    case 'try':
      return compileTry(query, scope);
    case 'pipe':
      return query.steps.map((step) => compileQuery(step, scope)).reduceRight((next, step) => pipe(step, next));
    case 'comma': {
      const items = query.items.map((item) => compileQuery(item, scope));
      return (env, at, emit) => {
        for (const item of items) item(env, at, emit);
      };
    }
    case 'alternative':
      return compileAlternative(compileQuery(query.left, scope), compileQuery(query.right, scope));
    case 'operator': {
      const { operator } = query;
      return compileNative(
        (run, _input, [left = null, right = null]) => operate(run, operator, left, right),
        [query.left, query.right],
        scope,
      );
    }
    case 'logic':
      return compileLogic(query.operator, compileQuery(query.left, scope), compileQuery(query.right, scope));
    case 'update':
      return compileUpdate(query.operator, compileQuery(query.path, scope), compileQuery(query.value, scope));
    case 'sign':
      return compileSign(query.operator, query.of, scope);
    case 'if':
      return compileIf(
        compileQuery(query.test, scope),
        compileQuery(query.then, scope),
        query.otherwise === undefined ? identity : compileQuery(query.otherwise, scope),
      );
    case 'array':
      return compileArray(query.of === undefined ? undefined : compileQuery(query.of, scope));
    case 'object':
      return compileObject(query.entries, scope);
    case 'bind':
      return compileBinding(query, scope);
    case 'reduce':
    case 'foreach':
      return compileFold(query, scope);
    case 'label':
      return compileLabel(compileQuery(query.body, declare(scope, `*${query.name}`)));
    case 'break':
      return compileBreak(query.name, scope);
    case 'variable':
      return compileVariable(query.name, scope);
    case 'call':
      return compileCall(query.name, query.args, scope);
    case 'define':
      return compileDefine(query.definition, query.body, scope);
    default:
      return query satisfies never;
  }
}

function pipe(first: Filter, second: Filter): Filter {
  return (env, at, emit) => first(env, at, (next) => second(env, next, emit));
}

/** Parts are joined from the last to the first one, so that the first varies fastest. */
function compileText(parts: readonly (string | Query)[], name: string, scope: Scope | undefined): Filter {
  const filters = parts.map((part) => (typeof part === 'string' ? part : compileQuery(part, scope)));
  return (env, at, emit) => {
    const join = (index: number, tail: string): void => {
      const part = filters[index];
      if (part === undefined) emit(replaced(at, tail));
      else if (typeof part === 'string') join(index - 1, part + tail);
      else {
        part(env, untracked(at.value), (made) => {
          const text = format(name, made.value);
          env.run.make(text.length + tail.length);
          join(index - 1, text + tail);
        });
      }
    };
    join(filters.length - 1, '');
  };
}

function compileAccess(
  query: Extract<Query, { kind: 'index' | 'slice' | 'iterate' }>,
  scope: Scope | undefined,
): Filter {
  const of = compileQuery(query.of, scope);
  switch (query.kind) {
    case 'iterate':
      return (env, at, emit) => of(env, at, (container) => iterate(env, container, emit));
    case 'index': {
      const fixed = fixedKey(query.key);
      const step = (env: Env, container: Cursor, key: JsonValue, emit: Emit): void => {
        env.run.step();
        emit(stepped(container, key, indexValue(env.run, container.value, key)));
      };
      if (fixed !== undefined) return (env, at, emit) => of(env, at, (container) => step(env, container, fixed, emit));
      const key = compileQuery(query.key, scope);
      return (env, at, emit) =>
        key(env, untracked(at.value), (found) => of(env, at, (container) => step(env, container, found.value, emit)));
    }
    case 'slice': {
      const from = query.from === undefined ? undefined : compileQuery(query.from, scope);
      const to = query.to === undefined ? undefined : compileQuery(query.to, scope);
      const bound = (filter: Filter | undefined, env: Env, at: Cursor, then: (value: JsonValue) => void): void => {
        if (filter === undefined) then(null);
        else filter(env, untracked(at.value), (found) => then(found.value));
      };
      return (env, at, emit) =>
        bound(from, env, at, (start) =>
          bound(to, env, at, (end) =>
            of(env, at, (container) => {
              env.run.step();
              emit(stepped(container, { start, end }, sliceValue(env.run, container.value, start, end)));
            }),
          ),
        );
    }
    default:
      return query satisfies never;
  }
}

function fixedKey(key: Query): JsonValue | undefined {
  if (key.kind === 'literal' && key.value !== null && typeof key.value !== 'boolean') return key.value;
  return key.kind === 'sign' ? signedLiteral(key) : undefined;
}

function iterate(env: Env, container: Cursor, emit: Emit): void {
  const entries = entriesOf(container.value) ?? failAbout('cannot iterate over', container.value);
  requireIntact(container, 'invalid path on iterating against');
  for (const [key, value] of entries) {
    env.run.step();
    emit(stepped(container, key, value));
  }
}

/** Catches what the body throws, but not what goes wrong further on with what the body put out. */
function compileTry(query: Extract<Query, { kind: 'try' }>, scope: Scope | undefined): Filter {
  const body = compileQuery(query.body, scope);
  const handler = query.handler === undefined ? undefined : compileQuery(query.handler, scope);
  const quick = handler === undefined ? quickTry(query.body) : undefined;
  return (env, at, emit) => {
    if (quick?.(at.value) === false) return;
    let passing = false;
    const depth = env.run.mark();
    try {
      body(env, at, (made) => {
        passing = true;
        emit(made);
        passing = false;
      });
    } catch (error) {
      if (passing || !(error instanceof JqError) || error.halts) throw error;
      env.run.reset(depth);
      env.run.make(CAUGHT);
      handler?.(env, replaced(at, error.value), emit);
    }
  };
}

/** For `.name?` and `.[]?`: whether the value can be asked at all, which saves throwing over every scalar. */
function quickTry(body: Query): ((value: JsonValue) => boolean) | undefined {
  if (body.kind === 'iterate' && body.of.kind === 'identity')
    return (value) => value !== null && typeof value === 'object';
  const named = body.kind === 'index' && body.of.kind === 'identity' && typeof fixedKey(body.key) === 'string';
  return named ? (value) => value === null || isJsonObject(value) : undefined;
}

function compileAlternative(left: Filter, right: Filter): Filter {
  return (env, at, emit) => {
    let found = false;
    left(env, at, (made) => {
      if (!isTrue(made.value)) return;
      found = true;
      emit(made);
    });
    if (!found) right(env, at, emit);
  };
}

function compileLogic(operator: 'and' | 'or', left: Filter, right: Filter): Filter {
  return (env, at, emit) =>
    left(env, untracked(at.value), (first) => {
      if (isTrue(first.value) === (operator === 'or')) emit(replaced(at, operator === 'or'));
      else right(env, untracked(at.value), (second) => emit(replaced(at, isTrue(second.value))));
    });
}

function compileIf(test: Filter, then: Filter, otherwise: Filter): Filter {
  return (env, at, emit) =>
    test(env, untracked(at.value), (verdict) => {
      if (isTrue(verdict.value)) then(env, at, emit);
      else otherwise(env, at, emit);
    });
}

/** Whether a value counts as true: all but null and false. */
export function isTrue(value: JsonValue): boolean {
  return value !== null && value !== false;
}

function compileSign(operator: '+' | '-', of: Query, scope: Scope | undefined): Filter {
  const fixed = signedLiteral({ kind: 'sign', operator, of });
  if (fixed !== undefined) return (_env, at, emit) => emit(replaced(at, fixed));
  const inner = compileQuery(of, scope);
  return (env, at, emit) =>
    inner(env, untracked(at.value), ({ value }) => {
      if (operator === '+' && typeof value !== 'number' && typeof value !== 'bigint') failAbout('cannot plus', value);
      emit(replaced(at, operator === '-' ? negate(value) : value));
    });
}

function signedLiteral(query: Extract<Query, { kind: 'sign' }>): JsonValue | undefined {
  if (query.of.kind !== 'literal') return undefined;
  const { value } = query.of;
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  return query.operator === '-' ? negate(value) : value;
}

function compileArray(of: Filter | undefined): Filter {
  if (of === undefined) return (_env, at, emit) => emit(replaced(at, []));
  return (env, at, emit) => {
    const items: JsonValue[] = [];
    of(env, untracked(at.value), (made) => {
      env.run.step();
      items.push(made.value);
    });
    emit(replaced(at, items));
  };
}

function compileObject(entries: readonly ObjectEntry[], scope: Scope | undefined): Filter {
  const compiled = entries.map((entry) => compileEntry(entry, scope));
  return (env, at, emit) => {
    const input = untracked(at.value);
    const build = (index: number, made: readonly (readonly [string, JsonValue])[]): void => {
      const entry = compiled[index];
      env.run.make(index + 1);
      if (entry === undefined) {
        const object: Record<string, JsonValue> = {};
        for (const [key, value] of made) setKey(object, key, value);
        emit(replaced(at, object));
        return;
      }
      entry(env, input, (key, value) => {
        if (typeof key !== 'string') failAbout('expected a string for object key but got', key);
        build(index + 1, [...made, [key, value]]);
      });
    };
    build(0, []);
  };
}

type EntryFilter = (env: Env, input: Cursor, then: (key: JsonValue, value: JsonValue) => void) => void;

function compileEntry(entry: ObjectEntry, scope: Scope | undefined): EntryFilter {
  if (entry.value === undefined && entry.key.kind === 'variable') {
    const { name } = entry.key;
    const variable = compileVariable(name, scope);
    return (env, input, then) => variable(env, input, (at) => then(name.slice(1), at.value));
  }
  const key = compileQuery(entry.key, scope);
  if (entry.value === undefined) {
    return (env, input, then) =>
      key(env, input, (found) => then(found.value, indexValue(env.run, input.value, found.value)));
  }
  const value = compileQuery(entry.value, scope);
  return (env, input, then) => key(env, input, (found) => value(env, input, (made) => then(found.value, made.value)));
}

function compileLabel(body: Filter): Filter {
  return (env, at, emit) => {
    const mark = {};
    const depth = env.run.mark();
    try {
      body({ run: env.run, up: env, mark }, at, emit);
    } catch (error) {
      if (!(error instanceof Break) || error.mark !== mark) throw error;
      env.run.reset(depth);
    }
  };
}

function compileBreak(name: string, scope: Scope | undefined): Filter {
  const found = find(scope, `*${name}`);
  if (found === undefined) throw new CapstanError('EXPRESSION_INVALID', `label not defined: ${name}`);
  return (env) => {
    throw new Break(ascend(env, found.distance).mark ?? {});
  };
}

function compileVariable(name: string, scope: Scope | undefined): Filter {
  const found = find(scope, name);
  if (found !== undefined) {
    return (env, at, emit) => emit(replaced(at, ascend(env, found.distance).bound ?? null));
  }
  if (name !== '$ENV') throw new CapstanError('EXPRESSION_INVALID', `variable not defined: ${name}`);
  return (_env, at, emit) => emit(replaced(at, {}));
}

function compileCall(name: string, args: readonly Query[], scope: Scope | undefined): Filter {
  const signature = `${name}/${args.length}`;
  const found = find(scope, signature);
  if (found !== undefined) {
    const { distance, function: fn } = found;
    if (fn === undefined) {
      return (env, at, emit) => {
        const closure = ascend(env, distance).closure;
        env.run.step();
        closure?.filter(closure.env, at, emit);
      };
    }
    const filters = args.map((arg) => compileQuery(arg, scope));
    return (env, at, emit) => callFunction(fn, ascend(env, distance), filters, env, at, emit);
  }
  const form = FORMS[signature];
  if (form !== undefined) return form(args.map((arg) => compileQuery(arg, scope)));
  const native = NATIVES[signature];
  if (native !== undefined) return compileNative(native, args, scope);
  const fn = preludeFunction(signature);
  if (fn === undefined) throw new CapstanError('EXPRESSION_INVALID', `function not defined: ${signature}`);
  const filters = args.map((arg) => compileQuery(arg, scope));
  return (env, at, emit) => callFunction(fn, { run: env.run, up: undefined }, filters, env, at, emit);
}

/** A function of values: once for each combination of its arguments; the last one varies slowest. */
function compileNative(native: Native, args: readonly Query[], scope: Scope | undefined): Filter {
  const filters = args.map((arg) => compileQuery(arg, scope));
  return (env, at, emit) => {
    const values: JsonValue[] = filters.map(() => null);
    const choose = (index: number): void => {
      const filter = filters[index];
      if (filter === undefined) {
        env.run.step();
        emit(replaced(at, native(env.run, at.value, [...values])));
        return;
      }
      filter(env, untracked(at.value), (made) => {
        values[index] = made.value;
        choose(index - 1);
      });
    };
    choose(filters.length - 1);
  };
}

function compileDefine(definition: Definition, body: Query, scope: Scope | undefined): Filter {
  const fn: CompiledFunction = { parameters: definition.parameters, body: undefined };
  const inside = declare(scope, `${definition.name}/${definition.parameters.length}`, fn);
  fn.body = compileQuery(definition.body, bodyScope(inside, definition));
  const rest = compileQuery(body, inside);
  return (env, at, emit) => rest({ run: env.run, up: env }, at, emit);
}

const prelude = new Map<string, Definition>();
const compiledPrelude = new Map<string, CompiledFunction>();

/** A function of the prelude, compiled at its first use. Its environment begins with one empty entry. */
function preludeFunction(signature: string): CompiledFunction | undefined {
  if (prelude.size === 0) {
    for (const definition of parseDefinitions(PRELUDE)) {
      prelude.set(`${definition.name}/${definition.parameters.length}`, definition);
    }
  }
  const known = compiledPrelude.get(signature);
  const definition = prelude.get(signature);
  if (known !== undefined || definition === undefined) return known;
  const fn: CompiledFunction = { parameters: definition.parameters, body: undefined };
  compiledPrelude.set(signature, fn);
  fn.body = compileQuery(definition.body, bodyScope(declare(undefined, ''), definition));
  return fn;
}
