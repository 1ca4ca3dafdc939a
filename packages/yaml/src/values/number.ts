const integer = /^([+-]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]([0-7]+)|0[bB]([01]+)|0([0-7]*)|([1-9][0-9]*))$/;
const decimal = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
// `0b-101`: Go's reader hands what follows the prefix to a parser that takes a sign.
const signInside = /^(?:0b([+-][01]+)|0o([+-][0-7]+))$/;

const MAX_UINT64 = 2n ** 64n - 1n;
const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

/** Digits that surely fit into a double without loss, in any base. */
const SAFE_DIGITS = 10;

/** A number as Go's YAML libraries read it, or undefined when `text` is none. Integers fit 64 bits, else are floats. */
export function parseNumber(
  text: string,
  rules: 'v3' | 'v2',
):
  | { readonly tag: '!!int'; readonly value: number | bigint }
  | { readonly tag: '!!float'; readonly value: number }
  | undefined {
  if (text.startsWith('.')) return asFloat(text);
  const plain = text.includes('_') ? text.replaceAll('_', '') : text;
  const match = integer.exec(plain);
  if (match !== null) {
    const value = asInteger(match, plain);
    if (value !== undefined) return { tag: '!!int', value };
  }
  const float = asFloat(plain);
  if (float !== undefined) return float;
  const inside = signInside.exec(plain);
  if (inside === null) return undefined;
  const [, binary, octal] = inside;
  if (binary !== undefined) return { tag: '!!int', value: parseInt(binary, 2) };
  return octal === undefined || rules === 'v2' ? undefined : { tag: '!!int', value: parseInt(octal, 8) };
}

function asInteger(match: RegExpExecArray, plain: string): number | bigint | undefined {
  const [, sign = '', hex, octal, binary, oldOctal, decimalDigits] = match;
  if (plain.length <= SAFE_DIGITS) {
    const size =
      hex !== undefined
        ? parseInt(hex, 16)
        : octal !== undefined
          ? parseInt(octal, 8)
          : binary !== undefined
            ? parseInt(binary, 2)
            : decimalDigits !== undefined
              ? Number(decimalDigits)
              : parseInt(oldOctal === undefined || oldOctal === '' ? '0' : oldOctal, 8);
    return sign === '-' && size !== 0 ? -size : size;
  }
  const literal =
    hex !== undefined
      ? `0x${hex}`
      : octal !== undefined
        ? `0o${octal}`
        : binary !== undefined
          ? `0b${binary}`
          : (decimalDigits ?? `0o${oldOctal ?? ''}`);
  // 64 binary digits at most can fit; longer literals are leading zeros at best, and rare enough to be text.
  const size = BigInt(literal);
  const value = sign === '-' ? -size : size;
  if (value < MIN_INT64 || value > (sign === '' ? MAX_UINT64 : MAX_INT64)) return undefined;
  return BigInt(Number(value)) === value && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function asFloat(text: string): { readonly tag: '!!float'; readonly value: number } | undefined {
  if (!decimal.test(text)) return undefined;
  const value = Number(text);
  // What does not fit a double is text.
  return Number.isFinite(value) ? { tag: '!!float', value } : undefined;
}
