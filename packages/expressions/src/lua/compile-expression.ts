import { compileFunction } from './compile.ts';
import type { Machine } from './machine.ts';
import { Names, type Frame } from './names.ts';
import type { Expression, TableField } from './syntax.ts';
import { isTrue, LuaTable, type LuaValue, type LuaValues } from './value.ts';

/** An expression that gives one value. */
export type Evaluate = (frame: Frame) => LuaValue;

/** Expressions that give a list of values. */
export type EvaluateList = (frame: Frame) => LuaValues;

/** Compiles an expression to one value. */
export function compileExpression(expression: Expression, names: Names, machine: Machine): Evaluate {
  switch (expression.kind) {
    case 'constant': {
      const { value } = expression;
      return () => value;
    }
    case 'varargs':
      return (frame) => frame.varargs[0];
    case 'name':
      return compileName(expression.name, names, machine);
    case 'index': {
      const of = compileExpression(expression.of, names, machine);
      const key = compileExpression(expression.key, names, machine);
      return (frame) => {
        const [container, at] = [of(frame), key(frame)];
        if (container instanceof LuaTable && container.metatable === undefined) return container.get(at);
        machine.line = expression.line;
        return machine.index(container, at);
      };
    }
    case 'call':
    case 'method': {
      const call = compileCall(expression, names, machine);
      return (frame) => call(frame)[0];
    }
    case 'function':
      return compileFunction(expression.body, names, machine);
    case 'binary':
      return compileBinary(expression, names, machine);
    case 'unary':
      return compileUnary(expression, names, machine);
    case 'table':
      return compileTable(expression.fields, expression.line, names, machine);
    case 'single':
      return compileExpression(expression.of, names, machine);
    default:
      return expression satisfies never;
  }
}

/** Compiles expressions to a list: the last one gives all its values, the others one each. */
export function compileList(expressions: readonly Expression[], names: Names, machine: Machine): EvaluateList {
  const last = expressions.at(-1);
  const isOpen = last?.kind === 'call' || last?.kind === 'method' || last?.kind === 'varargs';
  const single = (isOpen ? expressions.slice(0, -1) : expressions).map((expression) =>
    compileExpression(expression, names, machine),
  );
  const rest: EvaluateList | undefined =
    last === undefined || !isOpen
      ? undefined
      : last.kind === 'varargs'
        ? (frame) => frame.varargs
        : compileCall(last, names, machine);
  if (rest === undefined) return (frame) => single.map((evaluate) => evaluate(frame));
  if (single.length === 0) return rest;
  return (frame) => [...single.map((evaluate) => evaluate(frame)), ...rest(frame)];
}

function compileName(name: string, names: Names, machine: Machine): Evaluate {
  const found = names.find(name);
  if (found === undefined) return () => machine.globals.get(name);
  const { distance, place } = found;
  if (distance === 0) return (frame) => frame.values[place];
  return (frame) => Names.frameOf(frame, distance).values[place];
}

function compileCall(
  expression: Extract<Expression, { kind: 'call' | 'method' }>,
  names: Names,
  machine: Machine,
): EvaluateList {
  const of = compileExpression(expression.of, names, machine);
  const args = compileList(expression.args, names, machine);
  const { line } = expression;
  if (expression.kind === 'call') {
    return (frame) => {
      const callee = of(frame);
      const given = args(frame);
      machine.line = line;
      return machine.call(callee, given);
    };
  }
  const { name } = expression;
  return (frame) => {
    const self = of(frame);
    machine.line = line;
    const callee = machine.index(self, name);
    const given = args(frame);
    machine.line = line;
    return machine.call(callee, [self, ...given]);
  };
}

function compileBinary(expression: Extract<Expression, { kind: 'binary' }>, names: Names, machine: Machine): Evaluate {
  const left = compileExpression(expression.left, names, machine);
  const right = compileExpression(expression.right, names, machine);
  const { operator, line } = expression;
  if (operator === 'and') {
    return (frame) => {
      const first = left(frame);
      return isTrue(first) ? right(frame) : first;
    };
  }
  if (operator === 'or') {
    return (frame) => {
      const first = left(frame);
      return isTrue(first) ? first : right(frame);
    };
  }
  const operate = operation(operator, machine);
  return (frame) => {
    const [first, second] = [left(frame), right(frame)];
    machine.line = line;
    return operate(first, second);
  };
}

function operation(operator: string, machine: Machine): (left: LuaValue, right: LuaValue) => LuaValue {
  switch (operator) {
    case '==':
      return (left, right) => machine.equals(left, right);
    case '~=':
      return (left, right) => !machine.equals(left, right);
    case '<':
      return (left, right) => machine.less(left, right, false);
    case '<=':
      return (left, right) => machine.less(left, right, true);
    case '>':
      return (left, right) => machine.less(right, left, false);
    case '>=':
      return (left, right) => machine.less(right, left, true);
    case '..':
      return (left, right) => machine.concat(left, right);
    default: {
      const arithmetic = operator as '+' | '-' | '*' | '/' | '%' | '^';
      return (left, right) => machine.arithmetic(arithmetic, left, right);
    }
  }
}

function compileUnary(expression: Extract<Expression, { kind: 'unary' }>, names: Names, machine: Machine): Evaluate {
  const of = compileExpression(expression.of, names, machine);
  const { operator, line } = expression;
  if (operator === 'not') return (frame) => !isTrue(of(frame));
  return (frame) => {
    const value = of(frame);
    machine.line = line;
    return operator === '-' ? machine.negate(value) : machine.lengthOf(value);
  };
}

function compileTable(fields: readonly TableField[], line: number, names: Names, machine: Machine): Evaluate {
  const last = fields.at(-1);
  const isOpen = last !== undefined && last.key === undefined;
  const compiled = (isOpen ? fields.slice(0, -1) : fields).map((field) => ({
    key: field.key === undefined ? undefined : compileExpression(field.key, names, machine),
    value: compileExpression(field.value, names, machine),
  }));
  const rest = isOpen ? compileList([last.value], names, machine) : undefined;
  return (frame) => {
    const table = new LuaTable();
    machine.step();
    let place = 1;
    for (const { key, value } of compiled) {
      const at = key === undefined ? place++ : key(frame);
      const made = value(frame);
      machine.line = line;
      machine.rawSet(table, at, made);
    }
    for (const value of rest?.(frame) ?? []) machine.rawSet(table, place++, value);
    return table;
  };
}
