import type { Field, Node, ObjectBody } from './ast.ts';
import { compile, compileAssertion, compileClauses, compileVariables, withVariables, type Context } from './compile.ts';
import { add } from './operators.ts';
import { runtimeProblem, type Place } from './problem.ts';
import { scopeOf, type Scope } from './scope.ts';
import { ObjectValue, typeOf, type Code, type Env, type LayerField, type Value } from './values.ts';

/** Compiles `{ … }`. Names of fields see what is around the object; all else in it sees `self` and its variables. */
export function compileObject(context: Context, body: ObjectBody, scope: Scope): Code {
  const { machine } = context;
  const inner = scopeOf(
    body.locals.map(({ name }) => name),
    scope,
    true,
  );
  const locals = compileVariables(context, body.locals, inner);
  const fields = body.fields.map((field) => ({
    name: compile(context, field.name, scope),
    make: compileField(context, field, inner),
    place: field.name.place,
  }));
  const assertions = body.assertions.map((assertion) =>
    compileAssertion(context, assertion, inner, 'Object assertion failed.'),
  );
  return (env) => {
    const block = (self: ObjectValue, layer: number): Env =>
      self.block(layer, () => withVariables(machine, env, locals, { self, layer }));
    const made = new Map<string, LayerField>();
    for (const { name, make, place } of fields) {
      const text = fieldName(name(env), place);
      if (text === undefined) continue;
      if (made.has(text)) throw runtimeProblem(`Duplicate field name: ${JSON.stringify(text)}`, place);
      made.set(text, make(text, block));
    }
    const check = (self: ObjectValue, layer: number): void => {
      for (const assertion of assertions) assertion(block(self, layer));
    };
    return new ObjectValue(machine, [{ fields: made, ...(assertions.length === 0 ? {} : { check }) }]);
  };
}

/** Compiles `{ [name]: value for … }`. */
export function compileComprehendedObject(
  context: Context,
  node: Extract<Node, { kind: 'object-comprehension' }>,
  scope: Scope,
): Code {
  const { machine } = context;
  const { each, inner: around } = compileClauses(context, node.clauses, scope);
  const inner = scopeOf(
    node.locals.map(({ name }) => name),
    around,
    true,
  );
  const locals = compileVariables(context, node.locals, inner);
  const name = compile(context, node.field.name, around);
  const make = compileField(context, node.field, inner);
  const { place } = node.field.name;
  return (env) => {
    const made = new Map<string, LayerField>();
    each(env, (at) => {
      const text = fieldName(name(at), place);
      if (text === undefined) return;
      if (made.has(text)) throw runtimeProblem(`Duplicate field name: ${JSON.stringify(text)}`, place);
      made.set(
        text,
        make(text, (self, layer) => withVariables(machine, at, locals, { self, layer })),
      );
    });
    return new ObjectValue(machine, [{ fields: made }]);
  };
}

function compileField(
  context: Context,
  field: Field,
  inner: Scope,
): (name: string, block: (self: ObjectValue, layer: number) => Env) => LayerField {
  const { visibility, adds } = field;
  const code = compile(context, field.value, inner);
  const { place } = field.value;
  return (name, block) => ({
    visibility,
    value: (self, layer) => {
      const own = (): Value => code(block(self, layer));
      const below = adds ? self.getBelow(name, layer) : undefined;
      return below === undefined ? own() : add(context.machine, below, own(), place);
    },
  });
}

/** The name of a field; undefined for null, which makes no field. */
function fieldName(value: Value, place: Place): string | undefined {
  if (value === null) return undefined;
  if (typeof value === 'string') return value;
  throw runtimeProblem(`Field name must be string, got ${typeOf(value)}`, place);
}
