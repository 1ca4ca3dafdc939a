import { invalid } from './problem.ts';

/** Powers of 3, the generator of the field of 256 elements that AES uses, and their logarithms. */
const powers = new Uint8Array(255);
const logarithms = new Uint8Array(256);
for (let exponent = 0, value = 1; exponent < 255; exponent++) {
  powers[exponent] = value;
  logarithms[value] = exponent;
  const doubled = (value << 1) ^ (value & 0x80 ? 0x11b : 0);
  value = doubled ^ value;
}

/**
 * The secret of which these are parts, by Shamir's scheme over bytes: the last byte of a part says where on each
 * polynomial the others lie. Throws DECRYPT_INVALID where the parts do not fit together.
 */
export function combineParts(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  if (first === undefined || parts.length < 2)
    throw invalid('less than two parts cannot be used to reconstruct the secret');
  if (first.length < 2) throw invalid('parts must be at least two bytes');
  if (parts.some((part) => part.length !== first.length)) throw invalid('all parts must be the same length');
  const places = parts.map((part) => part.at(-1) ?? 0);
  if (new Set(places).size !== places.length) throw invalid('duplicate part detected');
  const weights = places.map((own, at) =>
    places.reduce((weight, other, index) => (index === at ? weight : multiply(weight, divide(other, other ^ own))), 1),
  );
  return Uint8Array.from({ length: first.length - 1 }, (_, byte) =>
    parts.reduce((sum, part, at) => sum ^ multiply(part[byte] ?? 0, weights[at] ?? 0), 0),
  );
}

function multiply(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : (powers[((logarithms[a] ?? 0) + (logarithms[b] ?? 0)) % 255] ?? 0);
}

function divide(a: number, b: number): number {
  return a === 0 ? 0 : (powers[((logarithms[a] ?? 0) - (logarithms[b] ?? 0) + 255) % 255] ?? 0);
}
