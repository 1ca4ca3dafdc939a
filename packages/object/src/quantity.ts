import { CapstanError } from '@capstan/errors';
import type { JsonValue } from './json-value.ts';

/** In which family of suffixes a quantity is printed: 12e6, 12Mi or 12M. */
export type QuantityFormat = 'DecimalExponent' | 'BinarySI' | 'DecimalSI';

/** A resource quantity: the value `mantissa × 10^exponent`, exact to a billionth, and its text as the API server prints it. */
export interface Quantity {
  readonly mantissa: bigint;
  readonly exponent: number;
  readonly format: QuantityFormat;
  readonly text: string;
}

/** Longest text taken for a quantity. */
const MAX_LENGTH = 1000;
const NANO = -9;
const MAX_INT64 = 2n ** 63n - 1n;
/** Digits below which Kubernetes reckons in int64, and keeps a text that is canonical enough. */
const FAST_DIGITS = 18;
const FAST_BINARY_DIGITS = 15;

const SHAPE = /^([+-]?)(\d*)(\.\d*)?((?:[eEinumkKMGTP]*)(?:[-+]?\d*))$/;
const DECIMAL_SUFFIXES = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const BINARY_SUFFIXES = new Map([
  ['Ki', 10],
  ['Mi', 20],
  ['Gi', 30],
  ['Ti', 40],
  ['Pi', 50],
  ['Ei', 60],
]);
const decimalSuffixOf = new Map([...DECIMAL_SUFFIXES].map(([suffix, exponent]) => [exponent, suffix]));
const binarySuffixOf = new Map([...BINARY_SUFFIXES].map(([suffix, exponent]) => [exponent, suffix]));

interface Suffix {
  readonly base: 2 | 10;
  readonly exponent: number;
  readonly format: QuantityFormat;
}

/**
 * Reads a quantity as k8s.io/apimachinery's ParseQuantity does, with its leniencies (`.5`, `1.`, a lone sign is 0), its
 * rounding up to a billionth and its cap of binary values at int64. Throws QUANTITY_INVALID.
 */
export function parseQuantity(text: string): Quantity {
  const match = text === '' || text.length > MAX_LENGTH ? null : SHAPE.exec(text);
  if (match === null) throw invalid(text, 'it is no number with a suffix such as m, k, M, Ki or Mi');
  const [, sign = '', digits = '', dotted = '', suffixText = ''] = match;
  const suffix = readSuffix(suffixText);
  if (suffix === undefined) throw invalid(text, `its suffix "${suffixText}" is unknown`);
  const whole = digits.replace(/^0+/, '') || '0';
  const fraction = dotted.slice(1);
  const negative = sign === '-';
  const quick = parseQuick(text, whole, fraction, suffix, negative);
  if (quick !== undefined) return quick;
  if (digits === '' && fraction === '') throw invalid(text, 'it has no digits');
  return parseExact(whole, fraction, suffix, negative);
}

/** The quantity that stands in an object: a text (white space around it is ignored) or a number. Throws QUANTITY_INVALID. */
export function quantityOf(value: JsonValue | undefined): Quantity {
  if (typeof value === 'string') return parseQuantity(value.trim());
  if (typeof value === 'number' || typeof value === 'bigint') return parseQuantity(String(value));
  throw invalid('', 'it is neither a text nor a number');
}

/** The text under which the API server stores and prints a quantity. Throws QUANTITY_INVALID. */
export function canonicalQuantity(value: JsonValue | undefined): string {
  return quantityOf(value).text;
}

/** Below 0, 0 or above 0 as `a` is less than, equal to or more than `b`; exact, whatever the suffixes. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  const signs = signOf(a.mantissa) - signOf(b.mantissa);
  if (signs !== 0 || a.mantissa === 0n) return signs;
  // Magnitudes first, so that huge exponents are never written out.
  const magnitudes = magnitudeOf(a) - magnitudeOf(b);
  if (magnitudes !== 0) return a.mantissa > 0n ? magnitudes : -magnitudes;
  const exponent = Math.min(a.exponent, b.exponent);
  const left = a.mantissa * 10n ** BigInt(a.exponent - exponent);
  const right = b.mantissa * 10n ** BigInt(b.exponent - exponent);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The nearest float64; infinite beyond its range. */
export function quantityToNumber(quantity: Quantity): number {
  return Number(`${quantity.mantissa}e${quantity.exponent}`);
}

function readSuffix(text: string): Suffix | undefined {
  const decimal = DECIMAL_SUFFIXES.get(text);
  if (decimal !== undefined) return { base: 10, exponent: decimal, format: 'DecimalSI' };
  const binary = BINARY_SUFFIXES.get(text);
  if (binary !== undefined) return { base: 2, exponent: binary, format: 'BinarySI' };
  const match = /^[eE]([-+]?\d{1,18})$/.exec(text);
  if (match === null) return undefined;
  // Upstream keeps the low 32 bits.
  return { base: 10, exponent: Number(BigInt.asIntN(32, BigInt(match[1] ?? '0'))), format: 'DecimalExponent' };
}

/** Upstream's path in int64: exact, and a text that is canonical already is kept as it was written. */
function parseQuick(
  text: string,
  whole: string,
  fraction: string,
  { base, exponent, format }: Suffix,
  negative: boolean,
): Quantity | undefined {
  const digits = whole + fraction;
  const value = BigInt(digits);
  if (base === 2) {
    const room = FAST_BINARY_DIGITS - whole.length - Math.trunc((exponent * 3) / 10) - 1;
    const mantissa = value << BigInt(exponent);
    if (fraction !== '' || room < 0 || mantissa > MAX_INT64) return undefined;
    return make(negative ? -mantissa : mantissa, 0, format, (value & 7n) === 0n ? undefined : text);
  }
  const scale = exponent - fraction.length;
  if (digits.length > FAST_DIGITS || scale < NANO) return undefined;
  const kept = scale % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0');
  return make(negative ? -value : value, scale, format, kept ? text : undefined);
}

function parseExact(whole: string, fraction: string, suffix: Suffix, negative: boolean): Quantity {
  let mantissa = BigInt(whole + fraction);
  let exponent = -fraction.length;
  let format = suffix.format;
  if (suffix.base === 10) exponent += suffix.exponent;
  else mantissa <<= BigInt(suffix.exponent);
  if (mantissa !== 0n && exponent < NANO) {
    mantissa = divideUp(mantissa, NANO - exponent);
    exponent = NANO;
  }
  if (format === 'BinarySI') {
    const size = { mantissa, exponent };
    if (compareValues(size, MAX_INT64) > 0) [mantissa, exponent] = [MAX_INT64, 0];
    else if (mantissa > 0n && compareValues(size, 1n) < 0) format = 'DecimalSI';
  }
  return make(negative ? -mantissa : mantissa, exponent, format, undefined);
}

/** `value ÷ 10^places`, rounded up. More places than digits give 1, without the power being written out. */
function divideUp(value: bigint, places: number): bigint {
  if (places > value.toString().length) return 1n;
  const divisor = 10n ** BigInt(places);
  return (value + divisor - 1n) / divisor;
}

function make(mantissa: bigint, exponent: number, format: QuantityFormat, text: string | undefined): Quantity {
  return { mantissa, exponent, format, text: text ?? canonicalText(mantissa, exponent, format) };
}

function canonicalText(mantissa: bigint, exponent: number, format: QuantityFormat): string {
  if (mantissa === 0n) return '0';
  if (format === 'BinarySI') {
    const size = { mantissa: mantissa < 0n ? -mantissa : mantissa, exponent };
    const integer = wholeOf(mantissa, exponent);
    if (compareValues(size, 1024n) >= 0 && integer !== undefined) return binaryText(integer);
  }
  return decimalText(mantissa, exponent, format === 'DecimalExponent');
}

function binaryText(value: bigint): string {
  let amount = value;
  let power = 0;
  while (amount % 1024n === 0n) {
    amount /= 1024n;
    power += 10;
  }
  return `${amount}${binarySuffixOf.get(power) ?? ''}`;
}

function decimalText(mantissa: bigint, exponent: number, asExponent: boolean): string {
  let amount = mantissa;
  let power = exponent;
  while (amount % 10n === 0n) {
    amount /= 10n;
    power++;
  }
  while (power % 3 !== 0) {
    amount *= 10n;
    power--;
  }
  if (asExponent) return power === 0 ? `${amount}` : `${amount}e${power}`;
  // Upstream has no suffix beyond E and prints none.
  return `${amount}${decimalSuffixOf.get(power) ?? ''}`;
}

/** The value as an integer, or undefined where it has a fraction. Binary values are small enough to be written out. */
function wholeOf(mantissa: bigint, exponent: number): bigint | undefined {
  if (exponent >= 0) return mantissa * 10n ** BigInt(exponent);
  const divisor = 10n ** BigInt(-exponent);
  return mantissa % divisor === 0n ? mantissa / divisor : undefined;
}

function compareValues(value: { readonly mantissa: bigint; readonly exponent: number }, to: bigint): number {
  const format = 'DecimalSI';
  return compareQuantities({ ...value, format, text: '' }, { mantissa: to, exponent: 0, format, text: '' });
}

function signOf(value: bigint): number {
  return value > 0n ? 1 : value < 0n ? -1 : 0;
}

function magnitudeOf({ mantissa, exponent }: Quantity): number {
  return (mantissa < 0n ? -mantissa : mantissa).toString().length + exponent;
}

function invalid(text: string, why: string): CapstanError<'QUANTITY_INVALID'> {
  const shown = text.length > 50 ? `${text.slice(0, 50)}…` : text;
  return new CapstanError('QUANTITY_INVALID', `the quantity "${shown}" cannot be read: ${why}`);
}
