import type { JsonValue } from '@capstan/object';
import { failAbout, JqError } from './run.ts';

/** A whole number as Go's int64 bounds it. */
const MAX_INT = 2n ** 63n - 1n;
const MIN_INT = -(2n ** 63n);

/** The number that a literal means: whole ones keep every digit. */
export function numberOf(text: string): number | bigint {
  const near = Number(text);
  if (Number.isSafeInteger(near) || /[.eE]/.test(text)) return near;
  return BigInt(text);
}

/** A whole result as it is kept: a bigint only where a number would lose digits. */
export function normalInteger(value: bigint): number | bigint {
  const near = Number(value);
  return Number.isSafeInteger(near) ? near : value;
}

/** Whether a value is a number of either kind. */
export function isNumber(value: JsonValue): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** A number as a place in a list: cut to a whole one within int64; undefined for what is no number. */
export function toIndex(value: JsonValue): number | undefined {
  if (typeof value === 'bigint') return Number(value > MAX_INT ? MAX_INT : value < MIN_INT ? MIN_INT : value);
  if (typeof value !== 'number') return undefined;
  if (Number.isNaN(value)) return Number(MIN_INT);
  return Math.trunc(Math.min(Math.max(value, Number(MIN_INT)), Number(MAX_INT)));
}

/** A value as a floating point number. @throws JqError */
export function toFloat(name: string, value: JsonValue): number {
  if (!isNumber(value)) failAbout(`${name} cannot be applied to`, value);
  return Number(value);
}

const ONE: Readonly<Record<string, (value: number) => number>> = {
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  floor: Math.floor,
  round: (value) => (value < 0 ? -Math.round(-value) : Math.round(value)),
  nearbyint: roundToEven,
  rint: roundToEven,
  ceil: Math.ceil,
  trunc: Math.trunc,
  significand: (value) => splitFloat(value)[0] * 2,
  fabs: Math.abs,
  sqrt: Math.sqrt,
  cbrt: Math.cbrt,
  exp: Math.exp,
  exp10: (value) => 10 ** value,
  exp2: (value) => 2 ** value,
  expm1: Math.expm1,
  log: Math.log,
  log10: Math.log10,
  log1p: Math.log1p,
  log2: Math.log2,
  logb: (value) => (value === 0 ? -Infinity : Number.isFinite(value) ? splitFloat(value)[1] - 1 : value * value),
};

const TWO: Readonly<Record<string, (left: number, right: number) => number>> = {
  atan2: Math.atan2,
  copysign: (value, sign) => Math.abs(value) * (sign < 0 || Object.is(sign, -0) ? -1 : 1),
  fdim: (left, right) => (left <= right ? 0 : left - right),
  fmax: (left, right) => (Number.isNaN(left) ? right : Number.isNaN(right) ? left : Math.max(left, right)),
  fmin: (left, right) => (Number.isNaN(left) ? right : Number.isNaN(right) ? left : Math.min(left, right)),
  fmod: (left, right) => left % right,
  hypot: Math.hypot,
  ldexp: (value, exponent) => value * 2 ** Math.trunc(exponent),
  scalb: (value, exponent) => value * 2 ** Math.trunc(exponent),
  scalbln: (value, exponent) => value * 2 ** Math.trunc(exponent),
  pow: (base, exponent) => base ** exponent,
};

/** The mathematical functions on `.`. */
export const MATH_ON_INPUT: Readonly<Record<string, (value: JsonValue) => JsonValue>> = Object.fromEntries(
  Object.entries(ONE).map(([name, compute]) => [name, (value: JsonValue) => compute(toFloat(name, value))]),
);

/** The mathematical functions of two arguments. */
export const MATH_OF_TWO: Readonly<Record<string, (left: JsonValue, right: JsonValue) => JsonValue>> =
  Object.fromEntries(
    Object.entries(TWO).map(([name, compute]) => [
      name,
      (left: JsonValue, right: JsonValue) => compute(toFloat(name, left), toFloat(name, right)),
    ]),
  );

/** `frexp`: fraction and exponent. */
export function frexp(value: JsonValue): JsonValue {
  return [...splitFloat(toFloat('frexp', value))];
}

/** `modf`: fractional part and whole part. */
export function modf(value: JsonValue): JsonValue {
  const number = toFloat('modf', value);
  if (!Number.isFinite(number)) return Number.isNaN(number) ? [number, number] : [number > 0 ? 0 : -0, number];
  return [number - Math.trunc(number), Math.trunc(number)];
}

/** `abs`, and `length` of a number. @throws JqError */
export function absolute(name: string, value: JsonValue): JsonValue {
  if (typeof value === 'bigint') return value < 0n ? -value : value;
  if (typeof value !== 'number') failAbout(`${name} cannot be applied to`, value);
  return Math.abs(value);
}

/** `tonumber` of a text. @throws JqError */
export function parseNumber(text: string, preview: string): JsonValue {
  if (!/^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/.test(text)) {
    throw new JqError(`tonumber cannot be applied to ${preview}: invalid number`);
  }
  return text.startsWith('+') ? numberOf(text.slice(1)) : numberOf(text);
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const difference = value - floor;
  if (difference !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** A number as fraction in [½, 1) and a power of two. */
function splitFloat(value: number): readonly [number, number] {
  if (value === 0 || !Number.isFinite(value)) return [value, 0];
  let exponent = Math.max(-1023, Math.floor(Math.log2(Math.abs(value))) + 1);
  let fraction = value * 2 ** -exponent;
  while (Math.abs(fraction) < 0.5) {
    fraction *= 2;
    exponent--;
  }
  while (Math.abs(fraction) >= 1) {
    fraction /= 2;
    exponent++;
  }
  return [fraction, exponent];
}
