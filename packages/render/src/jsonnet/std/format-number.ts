/** How a number is laid out by `%`. */
export interface NumberFlags {
  /** Letters that zeros fill up to. */
  readonly zeroPad: number;
  readonly blank: boolean;
  readonly plus: boolean;
  readonly alternative: boolean;
  readonly capitals: boolean;
}

/** Digits behind the point, and whether zeros at their end are kept. */
export interface Fraction {
  readonly digits: number;
  readonly trailing: boolean;
}

function sign(negative: boolean, { plus, blank }: NumberFlags): string {
  return negative ? '-' : plus ? '+' : blank ? ' ' : '';
}

/** A whole number to a base, as `%d` and `%o` write it. */
export function whole(value: number, base: 8 | 10, digits: number, flags: NumberFlags): string {
  const magnitude = BigInt(Math.floor(Math.abs(value)));
  const prefix = base === 8 && flags.alternative && magnitude !== 0n ? '0' : '';
  return integer(prefix + magnitude.toString(base), value <= -1, digits, flags);
}

function integer(magnitude: string, negative: boolean, digits: number, flags: NumberFlags): string {
  const before = sign(negative, flags);
  const length = Math.max(flags.zeroPad - (before === '' ? 0 : 1), digits);
  return before + magnitude.padStart(length, '0');
}

/** A whole number as `%x` writes it. */
export function hexadecimal(value: number, digits: number, flags: NumberFlags): string {
  const floored = Math.floor(value);
  const text = BigInt(Math.abs(floored)).toString(16);
  const prefix = flags.alternative ? '0x' : '';
  const before = sign(floored < 0, flags);
  const length = Math.max(flags.zeroPad - (before === '' ? 0 : 1) - prefix.length, digits);
  const written = prefix + text.padStart(length, '0');
  return before + (flags.capitals ? written.toUpperCase() : written);
}

/** A number with a fraction, as `%f` writes it: rounded by adding a half to the last digit. */
export function decimal(value: number, { digits, trailing }: Fraction, flags: NumberFlags): string {
  const size = Math.abs(value);
  const denominator = 10 ** digits;
  const numerator = size * denominator + 0.5;
  const before = Math.floor(numerator / denominator);
  const behind = Math.floor(numerator) % denominator;
  const point = digits === 0 && !flags.alternative ? 0 : 1;
  const zeroPad = flags.zeroPad - digits - point;
  const text = integer(digitsOf(before), value < 0, 0, { ...flags, zeroPad });
  if (digits === 0) return text + (flags.alternative ? '.' : '');
  if (!trailing && !(behind > 0)) return text;
  const fraction = digitsOf(behind).padStart(digits, '0');
  return `${text}.${trailing ? fraction : fraction.replace(/0+$/, '')}`;
}

function digitsOf(value: number): string {
  return Number.isFinite(value) ? BigInt(Math.floor(value)).toString() : '0';
}

/** A number with an exponent, as `%e` writes it. */
export function scientific(value: number, fraction: Fraction, flags: NumberFlags): string {
  const exponent = value === 0 ? 0 : Math.floor(Math.log(Math.abs(value)) / Math.log(10));
  const mark = flags.capitals ? 'E' : 'e';
  const suffix = `${mark}${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  // 10⁻³²⁴ is no number, so the smallest ones are divided in two steps.
  const mantissa = exponent === -324 ? (value * 10) / 10 ** (exponent + 1) : value / 10 ** exponent;
  return decimal(mantissa, fraction, { ...flags, zeroPad: flags.zeroPad - suffix.length }) + suffix;
}
