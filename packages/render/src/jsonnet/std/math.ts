import { checkedNumber, equals, numberOf } from '../operators.ts';
import { runtimeProblem } from '../problem.ts';
import { ArrayValue, FunctionValue, ObjectValue, typeOf, type Value } from '../values.ts';
import { binary, compare } from '../operators.ts';
import type { Builtin, Call } from './builtin.ts';

const one = (run: (x: number) => number, parameter = 'x'): Builtin => [
  parameter,
  (call) => checkedNumber(run(call.number(0))),
];
const two = (parameters: string, run: (a: number, b: number) => number): Builtin => [
  parameters,
  (call) => checkedNumber(run(call.number(0), call.number(1))),
];
const isA = (type: string): Builtin => ['v', (call) => typeOf(call.value(0)) === type];
const round = (x: number): number => Math.floor(x + 0.5);

/** Functions on numbers, types and comparisons. */
export const mathBuiltins: Readonly<Record<string, Builtin>> = {
  abs: one(Math.abs, 'n'),
  sign: one(Math.sign, 'n'),
  max: two('a b', Math.max),
  min: two('a b', Math.min),
  clamp: ['x minVal maxVal', clamp],
  floor: one(Math.floor),
  ceil: one(Math.ceil),
  round: one(round),
  sqrt: one(Math.sqrt),
  pow: two('x n', (x, n) => x ** n),
  exp: one(Math.exp),
  log: one(Math.log),
  log2: one((x) => Math.log(x) / Math.log(2)),
  log10: one((x) => Math.log(x) / Math.log(10)),
  exponent: one((x) => frexp(x).exponent),
  mantissa: one((x) => frexp(x).mantissa),
  sin: one(Math.sin),
  cos: one(Math.cos),
  tan: one(Math.tan),
  asin: one(Math.asin),
  acos: one(Math.acos),
  atan: one(Math.atan),
  atan2: two('y x', Math.atan2),
  hypot: two('a b', Math.hypot),
  deg2rad: one((x) => (x * Math.PI) / 180),
  rad2deg: one((x) => (x * 180) / Math.PI),
  modulo: ['x y', (call) => remainder(call, numberOf(call.value(0)), numberOf(call.value(1)))],
  mod: ['a b', (call) => remainder(call, call.value(0), call.value(1))],
  isEven: ['x', (call) => round(call.number(0)) % 2 === 0],
  isOdd: ['x', (call) => round(call.number(0)) % 2 !== 0],
  isInteger: ['x', (call) => round(call.number(0)) === call.number(0)],
  isDecimal: ['x', (call) => round(call.number(0)) !== call.number(0)],
  xor: ['x y', (call) => call.boolean(0) !== call.boolean(1)],
  xnor: ['x y', (call) => call.boolean(0) === call.boolean(1)],
  type: ['x', (call) => typeOf(call.value(0))],
  isString: isA('string'),
  isNumber: isA('number'),
  isBoolean: isA('boolean'),
  isObject: isA('object'),
  isArray: isA('array'),
  isFunction: isA('function'),
  isNull: isA('null'),
  equals: ['a b', (call) => equals(call.machine, call.value(0), call.value(1))],
  primitiveEquals: ['a b', (call) => primitiveEquals(call.value(0), call.value(1))],
  __compare: ['v1 v2', order],
  __compare_array: ['arr1 arr2', order],
  __array_less: ['arr1 arr2', (call) => order(call) < 0],
  __array_greater: ['arr1 arr2', (call) => order(call) > 0],
  __array_less_or_equal: ['arr1 arr2', (call) => order(call) <= 0],
  __array_greater_or_equal: ['arr1 arr2', (call) => order(call) >= 0],
};

function order(call: Call): number {
  return Math.sign(compare(call.machine, call.value(0), call.value(1)));
}

function remainder(call: Call, left: Value, right: Value): Value {
  return binary(call.machine, '%', left, right);
}

function clamp(call: Call): Value {
  const [x, low, high] = [call.value(0), call.value(1), call.value(2)];
  if (compare(call.machine, x, low) < 0) return low;
  return compare(call.machine, x, high) > 0 ? high : x;
}

function primitiveEquals(left: Value, right: Value): boolean {
  if (typeOf(left) !== typeOf(right)) return false;
  if (left instanceof ArrayValue || left instanceof ObjectValue || left instanceof FunctionValue)
    throw runtimeProblem(`primitiveEquals operates on primitive types, got ${typeOf(left)}`);
  return left === right;
}

/** A number as a fraction of at least ½ and below 1, and a power of two. */
function frexp(value: number): { readonly mantissa: number; readonly exponent: number } {
  if (value === 0) return { mantissa: 0, exponent: 0 };
  let exponent = Math.max(-1023, Math.floor(Math.log2(Math.abs(value))) + 1);
  let mantissa = value * 2 ** -exponent;
  while (Math.abs(mantissa) < 0.5) {
    mantissa *= 2;
    exponent--;
  }
  while (Math.abs(mantissa) >= 1) {
    mantissa /= 2;
    exponent++;
  }
  return { mantissa, exponent };
}
