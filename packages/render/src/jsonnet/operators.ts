import type { BinaryOperator, UnaryOperator } from './ast.ts';
import type { Machine } from './machine.ts';
import { toText } from './manifest.ts';
import { runtimeProblem, type Place } from './problem.ts';
import { formatText } from './std/format.ts';
import { ArrayValue, boundedText, compareText, FunctionValue, ObjectValue, typeOf, type Value } from './values.ts';

/** The greatest whole number that the bitwise operators take. */
const SAFE = 2 ** 53 - 1;

/** The value of an operator with two sides whose both sides are known; `&&` and `||` are worked out elsewhere. */
export function binary(machine: Machine, operator: BinaryOperator, left: Value, right: Value, place?: Place): Value {
  switch (operator) {
    case '+':
      return add(machine, left, right, place);
    case '-':
    case '*':
    case '/':
      return arithmetic(operator, numberOf(left, place), numberOf(right, place), place);
    case '%':
      if (typeof left === 'string') return formatText(machine, left, right, place);
      return arithmetic('%', numberOf(left, place), numberOf(right, place), place);
    case '==':
      return equals(machine, left, right, place);
    case '!=':
      return !equals(machine, left, right, place);
    case '<':
      return compare(machine, left, right, place) < 0;
    case '>':
      return compare(machine, left, right, place) > 0;
    case '<=':
      return compare(machine, left, right, place) <= 0;
    case '>=':
      return compare(machine, left, right, place) >= 0;
    case 'in':
      return objectOf(right, place).has(textOf(left, place));
    case '&':
    case '|':
    case '^':
    case '<<':
    case '>>':
      return bitwise(operator, left, right, place);
    case '&&':
    case '||':
      throw runtimeProblem(`${operator} is worked out one side at a time`, place);
    default:
      return operator satisfies never;
  }
}

/** The value of an operator with one side. */
export function unary(operator: UnaryOperator, operand: Value, place?: Place): Value {
  switch (operator) {
    case '!':
      return !booleanOf(operand, place);
    case '-':
      return -numberOf(operand, place);
    case '+':
      return numberOf(operand, place);
    case '~':
      return Number(~bits(operand, place));
    default:
      return operator satisfies never;
  }
}

/** A sum: of numbers, arrays, objects, or of a text and anything. */
export function add(machine: Machine, left: Value, right: Value, place?: Place): Value {
  if (typeof left === 'number' && typeof right === 'number') return checkedNumber(left + right, place);
  if (typeof left === 'string' || typeof right === 'string')
    return boundedText(toText(machine, left) + toText(machine, right));
  if (left instanceof ArrayValue) {
    const { items } = arrayValueOf(right, place);
    machine.step(items.length);
    return new ArrayValue(left.items.concat(items));
  }
  if (left instanceof ObjectValue) return sum(machine, left, objectOf(right, place));
  if (typeof left === 'number') throw unexpectedType(right, 'number', place);
  throw runtimeProblem(`Unexpected type ${typeOf(left)}`, place);
}

function sum(machine: Machine, left: ObjectValue, right: ObjectValue): ObjectValue {
  machine.step(1);
  return new ObjectValue(machine, [left, right]);
}

function arithmetic(operator: '-' | '*' | '/' | '%', left: number, right: number, place?: Place): number {
  switch (operator) {
    case '-':
      return checkedNumber(left - right, place);
    case '*':
      return checkedNumber(left * right, place);
    case '/':
    case '%':
      if (right === 0) throw runtimeProblem('Division by zero.', place);
      return checkedNumber(operator === '/' ? left / right : left % right, place);
    default:
      return operator satisfies never;
  }
}

/** A number that JSON can print. */
export function checkedNumber(value: number, place?: Place): number {
  if (Number.isNaN(value)) throw runtimeProblem('Not a number', place);
  if (!Number.isFinite(value)) throw runtimeProblem('Overflow', place);
  return value;
}

function bits(value: Value, place?: Place): bigint {
  const number = numberOf(value, place);
  if (Math.abs(number) > SAFE)
    throw runtimeProblem(`Bitwise operator argument ${number} outside of range [-${SAFE}, ${SAFE}]`, place);
  return BigInt(Math.trunc(number));
}

function bitwise(operator: '&' | '|' | '^' | '<<' | '>>', left: Value, right: Value, place?: Place): number {
  const [a, b] = [bits(left, place), bits(right, place)];
  switch (operator) {
    case '&':
      return Number(a & b);
    case '|':
      return Number(a | b);
    case '^':
      return Number(a ^ b);
    case '<<':
      if (b < 0n) throw runtimeProblem('Shift by negative exponent.', place);
      return Number(BigInt.asIntN(64, a << (b % 64n)));
    case '>>':
      if (b < 0n) throw runtimeProblem('Shift by negative exponent.', place);
      return Number(a >> (b % 64n));
    default:
      return operator satisfies never;
  }
}

/** Whether two values are alike: objects by the fields that they show. Throws where functions are compared. */
export function equals(machine: Machine, left: Value, right: Value, place?: Place): boolean {
  machine.step(1);
  if (left instanceof ArrayValue) {
    if (!(right instanceof ArrayValue) || left.items.length !== right.items.length) return false;
    return nested(machine, () =>
      left.items.every((item, at) => equals(machine, item.get(), right.items[at]?.get() ?? null, place)),
    );
  }
  if (left instanceof ObjectValue) {
    if (!(right instanceof ObjectValue)) return false;
    const names = left.names({ hidden: false });
    const others = right.names({ hidden: false });
    if (names.length !== others.length || names.some((name, at) => name !== others[at])) return false;
    return nested(machine, () =>
      names.every((name) => equals(machine, left.get(name) ?? null, right.get(name) ?? null, place)),
    );
  }
  if (left instanceof FunctionValue) {
    if (right instanceof FunctionValue) throw runtimeProblem('Cannot test equality of functions', place);
    return false;
  }
  return left === right;
}

/** Orders numbers, texts and arrays. Throws where values cannot be ordered. */
export function compare(machine: Machine, left: Value, right: Value, place?: Place): number {
  machine.step(1);
  if (typeof left === 'number') return left - numberOf(right, place);
  if (typeof left === 'string') return compareText(left, textOf(right, place));
  if (left instanceof ArrayValue) {
    const { items } = arrayValueOf(right, place);
    return nested(machine, () => {
      for (let at = 0; at < Math.min(left.items.length, items.length); at++) {
        const order = compare(machine, left.items[at]?.get() ?? null, items[at]?.get() ?? null, place);
        if (order !== 0) return order;
      }
      return left.items.length - items.length;
    });
  }
  throw runtimeProblem(`Unexpected type ${typeOf(left)}`, place);
}

function nested<Result>(machine: Machine, run: () => Result): Result {
  machine.enter();
  try {
    return run();
  } finally {
    machine.leave();
  }
}

function unexpectedType(value: Value, expected: string, place?: Place) {
  return runtimeProblem(`Unexpected type ${typeOf(value)}, expected ${expected}`, place);
}

/** A number, or a complaint. */
export function numberOf(value: Value, place?: Place): number {
  if (typeof value === 'number') return value;
  throw unexpectedType(value, 'number', place);
}

/** A text, or a complaint. */
export function textOf(value: Value, place?: Place): string {
  if (typeof value === 'string') return value;
  throw unexpectedType(value, 'string', place);
}

/** A boolean, or a complaint. */
export function booleanOf(value: Value, place?: Place): boolean {
  if (typeof value === 'boolean') return value;
  throw unexpectedType(value, 'boolean', place);
}

/** An object, or a complaint. */
export function objectOf(value: Value, place?: Place): ObjectValue {
  if (value instanceof ObjectValue) return value;
  throw unexpectedType(value, 'object', place);
}

/** An array, or a complaint. */
export function arrayValueOf(value: Value, place?: Place): ArrayValue {
  if (value instanceof ArrayValue) return value;
  throw unexpectedType(value, 'array', place);
}

/** A function, or a complaint. */
export function functionOf(value: Value, place?: Place): FunctionValue {
  if (value instanceof FunctionValue) return value;
  throw unexpectedType(value, 'function', place);
}
