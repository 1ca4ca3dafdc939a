const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'] as const;
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;
const PATTERN = /^([+-]?)(\d*)(?:\.(\d*))?(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?\d{1,4})?$/;
const MAX_LENGTH = 256;
const NANO = 1_000_000_000n;

type Format = 'decimal' | 'binary' | 'exponent';

/** A quantity as a whole number of nano units, and the family of suffixes it was written in. */
export interface Quantity {
  readonly nano: bigint;
  readonly format: Format;
}

/**
 * Reads a quantity: `100m`, `1.5Gi`, `2e3`. What is finer than a nano unit is rounded away from zero, as the API
 * server does. Undefined when the text is no quantity.
 */
export function parseQuantity(text: string): Quantity | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', suffix = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(`${whole}${fraction}`);
  const { format, numerator, tens } = scaleOf(suffix);
  const nano = scale(digits * numerator, tens - fraction.length + 9);
  return { nano: sign === '-' ? -nano : nano, format };
}

/** The canonical text of a quantity, as the API server stores it: `0.5` → `500m`, `1024Mi` → `1Gi`. */
export function formatQuantity(quantity: Quantity): string {
  const { nano } = quantity;
  if (nano === 0n) return '0';
  const size = nano < 0n ? -nano : nano;
  if (quantity.format === 'binary' && size >= 1024n * NANO) return formatBinary(nano);
  let mantissa = nano;
  let exponent = -9;
  while (mantissa % 1000n === 0n && (quantity.format === 'exponent' || exponent < 18)) {
    mantissa /= 1000n;
    exponent += 3;
  }
  if (quantity.format === 'exponent') return exponent === 0 ? `${mantissa}` : `${mantissa}e${exponent}`;
  return `${mantissa}${DECIMAL[exponent / 3 + 3] ?? ''}`;
}

/** The canonical form of a quantity's text, or the text itself when it is no quantity. */
export function canonicalQuantity(text: string): string {
  const quantity = parseQuantity(text);
  return quantity === undefined ? text : formatQuantity(quantity);
}

function formatBinary(nano: bigint): string {
  let mantissa = nano / NANO;
  if (mantissa * NANO !== nano) mantissa += nano < 0n ? -1n : 1n;
  let step = 0;
  while (mantissa % 1024n === 0n && step < BINARY.length - 1) {
    mantissa /= 1024n;
    step++;
  }
  return `${mantissa}${BINARY[step] ?? ''}`;
}

function scaleOf(suffix: string): { readonly format: Format; readonly numerator: bigint; readonly tens: number } {
  const binary = BINARY.indexOf(suffix as (typeof BINARY)[number]);
  if (binary > 0) return { format: 'binary', numerator: 1024n ** BigInt(binary), tens: 0 };
  const decimal = DECIMAL.indexOf(suffix as (typeof DECIMAL)[number]);
  if (decimal >= 0) return { format: 'decimal', numerator: 1n, tens: (decimal - 3) * 3 };
  return { format: 'exponent', numerator: 1n, tens: Number(suffix.slice(1)) };
}

function scale(value: bigint, tens: number): bigint {
  if (tens >= 0) return value * 10n ** BigInt(Math.min(tens, 64));
  const divisor = 10n ** BigInt(Math.min(-tens, 600));
  const quotient = value / divisor;
  return quotient * divisor === value ? quotient : quotient + 1n;
}
