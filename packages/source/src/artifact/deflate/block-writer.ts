import type { BitWriter } from './bit-writer.ts';
import { encodedBits, FIXED_DISTANCES, FIXED_LITERALS, prefixCodeFor, type PrefixCode } from './huffman.ts';

/** Symbol that ends a block, and the first symbol of lengths (RFC 1951, section 3.2.5). */
const END = 256;
const FIRST_LENGTH = 257;
const LITERALS = 286;
const DISTANCES = 30;
const MAX_STORED = 65_535;

/** Extra bits and first value of a code for lengths or distances: two codes for each number of extra bits, or four. */
function ranges(
  count: number,
  perStep: number,
  plain: number,
): { readonly extra: Uint8Array; readonly base: Uint16Array } {
  const extra = new Uint8Array(count);
  const base = new Uint16Array(count);
  for (let code = 0, next = 0; code < count; code++) {
    extra[code] = code < plain ? 0 : Math.floor((code - plain) / perStep) + 1;
    base[code] = next;
    next += 1 << (extra[code] ?? 0);
  }
  return { extra, base };
}

/** Lengths less 3; the last code stands for 258 alone. */
const LENGTH = ranges(29, 4, 8);
LENGTH.extra[28] = 0;
LENGTH.base[28] = 255;
/** Distances less 1. */
const DISTANCE = ranges(DISTANCES, 2, 4);

const lengthCodes = Uint8Array.from({ length: 256 }, (_, length) =>
  LENGTH.base.findLastIndex((base) => base <= length),
);

function distanceCode(distance: number): number {
  if (distance < 4) return distance;
  const high = 31 - Math.clz32(distance);
  return 2 * high + ((distance >> (high - 1)) & 1);
}

/** A token is a literal byte, or a match: `MATCH | (length - 3) << 16 | (distance - 1)`. */
export const MATCH = 1 << 30;

/** Order in which the lengths of the code of code lengths are written. */
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** One step of the run-length form of code lengths: a symbol, and the value of its extra bits. */
interface Run {
  readonly symbol: number;
  readonly extra: number;
}
const RUN_EXTRA: Readonly<Record<number, number>> = { 16: 2, 17: 3, 18: 7 };

/** Writes tokens as one block, in whichever of the three forms is smallest. `input` is what they stand for, if known. */
export function writeBlock(out: BitWriter, tokens: Int32Array, input: Uint8Array | undefined): void {
  const { literals, distances } = countTokens(tokens);
  const literalCount = literals.findLastIndex((frequency) => frequency > 0) + 1;
  const distanceCount = Math.max(1, distances.findLastIndex((frequency) => frequency > 0) + 1);
  if (distances.every((frequency) => frequency === 0)) distances[0] = 1;
  const storable = input !== undefined && input.length <= MAX_STORED;
  const extraBits = storable ? extraBitsOf(literals, distances) : 0;

  const own = { literals: prefixCodeFor(literals, 15), distances: prefixCodeFor(distances, 15) };
  const header = dynamicHeader(own.literals, own.distances, literalCount, distanceCount);
  const fixedSize = 3 + encodedBits(literals, FIXED_LITERALS) + encodedBits(distances, FIXED_DISTANCES) + extraBits;
  const ownSize = header.size + encodedBits(literals, own.literals) + encodedBits(distances, own.distances) + extraBits;
  if (storable && (input.length + 5) * 8 < Math.min(fixedSize, ownSize)) {
    writeStored(out, input, false);
    return;
  }
  if (ownSize < fixedSize) {
    header.write(out);
    writeTokens(out, tokens, own.literals, own.distances);
  } else {
    out.write(0b010, 3);
    writeTokens(out, tokens, FIXED_LITERALS, FIXED_DISTANCES);
  }
}

/** Writes bytes as they are. */
export function writeStored(out: BitWriter, input: Uint8Array, last: boolean): void {
  out.write(last ? 1 : 0, 3);
  out.align();
  out.write(input.length, 16);
  out.write(~input.length & 0xffff, 16);
  out.bytes(input);
}

function countTokens(tokens: Int32Array): { readonly literals: Uint32Array; readonly distances: Uint32Array } {
  const literals = new Uint32Array(LITERALS);
  const distances = new Uint32Array(DISTANCES);
  const count = (frequencies: Uint32Array, symbol: number): void => {
    frequencies[symbol] = (frequencies[symbol] ?? 0) + 1;
  };
  for (const token of tokens) {
    if (token < MATCH) count(literals, token);
    else {
      count(literals, FIRST_LENGTH + (lengthCodes[(token >> 16) & 0xff] ?? 0));
      count(distances, distanceCode(token & 0xffff));
    }
  }
  count(literals, END);
  return { literals, distances };
}

function extraBitsOf(literals: Uint32Array, distances: Uint32Array): number {
  let bits = 0;
  LENGTH.extra.forEach((extra, code) => (bits += extra * (literals[FIRST_LENGTH + code] ?? 0)));
  DISTANCE.extra.forEach((extra, code) => (bits += extra * (distances[code] ?? 0)));
  return bits;
}

function writeTokens(out: BitWriter, tokens: Int32Array, literals: PrefixCode, distances: PrefixCode): void {
  const put = (code: PrefixCode, symbol: number): void => out.write(code.bits[symbol] ?? 0, code.lengths[symbol] ?? 0);
  for (const token of tokens) {
    if (token < MATCH) {
      put(literals, token);
      continue;
    }
    const length = (token >> 16) & 0xff;
    const code = lengthCodes[length] ?? 0;
    put(literals, FIRST_LENGTH + code);
    out.write(length - (LENGTH.base[code] ?? 0), LENGTH.extra[code] ?? 0);
    const distance = token & 0xffff;
    const far = distanceCode(distance);
    put(distances, far);
    out.write(distance - (DISTANCE.base[far] ?? 0), DISTANCE.extra[far] ?? 0);
  }
  put(literals, END);
}

/** The head of a block with codes of its own (RFC 1951, section 3.2.7): its size in bits, and how to write it. */
function dynamicHeader(literals: PrefixCode, distances: PrefixCode, literalCount: number, distanceCount: number) {
  const lengths = [...literals.lengths.subarray(0, literalCount), ...distances.lengths.subarray(0, distanceCount)];
  const runs = runLengths(lengths);
  const frequencies = new Uint32Array(CODE_LENGTH_ORDER.length);
  for (const { symbol } of runs) frequencies[symbol] = (frequencies[symbol] ?? 0) + 1;
  const code = prefixCodeFor(frequencies, 7);
  const shown = Math.max(4, CODE_LENGTH_ORDER.findLastIndex((symbol) => (frequencies[symbol] ?? 0) > 0) + 1);
  const runBits = runs.reduce((bits, { symbol }) => bits + (RUN_EXTRA[symbol] ?? 0), 0);
  return {
    size: 3 + 5 + 5 + 4 + 3 * shown + encodedBits(frequencies, code) + runBits,
    write: (out: BitWriter): void => {
      out.write(0b100, 3);
      out.write(literalCount - FIRST_LENGTH, 5);
      out.write(distanceCount - 1, 5);
      out.write(shown - 4, 4);
      for (const symbol of CODE_LENGTH_ORDER.slice(0, shown)) out.write(code.lengths[symbol] ?? 0, 3);
      for (const { symbol, extra } of runs) {
        out.write(code.bits[symbol] ?? 0, code.lengths[symbol] ?? 0);
        out.write(extra, RUN_EXTRA[symbol] ?? 0);
      }
    },
  };
}

/** Code lengths as runs, each as long as can be: 16 repeats the last one, 17 and 18 stand for zeros. */
function runLengths(lengths: readonly number[]): readonly Run[] {
  const runs: Run[] = [];
  for (let at = 0; at < lengths.length;) {
    const length = lengths[at] ?? 0;
    let count = 1;
    while (at + count < lengths.length && lengths[at + count] === length) count++;
    at += count;
    if (length !== 0) {
      runs.push({ symbol: length, extra: 0 });
      for (count--; count >= 3;) {
        const repeated = Math.min(6, count);
        runs.push({ symbol: 16, extra: repeated - 3 });
        count -= repeated;
      }
    } else {
      for (; count >= 11;) {
        const repeated = Math.min(138, count);
        runs.push({ symbol: 18, extra: repeated - 11 });
        count -= repeated;
      }
      if (count >= 3) {
        runs.push({ symbol: 17, extra: count - 3 });
        count = 0;
      }
    }
    for (; count > 0; count--) runs.push({ symbol: length, extra: 0 });
  }
  return runs;
}
