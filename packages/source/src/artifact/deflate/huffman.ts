/** A prefix code: for each symbol its bits, already reversed for a stream that is filled from the low end, and their number. */
export interface PrefixCode {
  readonly bits: Uint16Array;
  readonly lengths: Uint8Array;
}

/**
 * The best prefix code for these frequencies with no code longer than `maxLength` bits, as package-merge finds it; where
 * a leaf and a package weigh the same the package goes first, so that the code is the one that Go's writer makes.
 */
export function prefixCodeFor(frequencies: Uint32Array, maxLength: number): PrefixCode {
  const lengths = new Uint8Array(frequencies.length);
  const symbols: number[] = [];
  frequencies.forEach((frequency, symbol) => {
    if (frequency > 0) symbols.push(symbol);
  });
  if (symbols.length <= 2) for (const symbol of symbols) lengths[symbol] = 1;
  else {
    const weight = (symbol: number): number => frequencies[symbol] ?? 0;
    symbols.sort((a, b) => weight(a) - weight(b) || a - b);
    const counts = packageMerge(symbols.map(weight), Math.min(maxLength, symbols.length - 1));
    symbols.forEach((symbol, rank) => (lengths[symbol] = counts[rank] ?? 0));
  }
  return { lengths, bits: canonicalBits(lengths) };
}

/** Code lengths for weights in ascending order. */
function packageMerge(weights: readonly number[], maxLength: number): readonly number[] {
  const lists: { readonly leaf: boolean; readonly weight: number }[][] = [];
  for (let level = 0; level < maxLength; level++) {
    const below = lists[level - 1] ?? [];
    const list: { leaf: boolean; weight: number }[] = [];
    let leaf = 0;
    for (let pair = 0; leaf < weights.length || pair + 1 < below.length;) {
      const packed = pair + 1 < below.length ? (below[pair]?.weight ?? 0) + (below[pair + 1]?.weight ?? 0) : Infinity;
      const single = weights[leaf] ?? Infinity;
      if (single < packed) {
        list.push({ leaf: true, weight: single });
        leaf++;
      } else {
        list.push({ leaf: false, weight: packed });
        pair += 2;
      }
    }
    lists.push(list);
  }
  // A leaf's code is as long as the number of levels in which it is taken.
  const lengths = new Array<number>(weights.length).fill(0);
  let take = 2 * weights.length - 2;
  for (let level = maxLength - 1; level >= 0; level--) {
    let leaves = 0;
    for (const item of (lists[level] ?? []).slice(0, take)) if (item.leaf) leaves++;
    for (let rank = 0; rank < leaves; rank++) lengths[rank] = (lengths[rank] ?? 0) + 1;
    take = 2 * (take - leaves);
  }
  return lengths;
}

/** Codes in the order of RFC 1951, section 3.2.2. */
function canonicalBits(lengths: Uint8Array): Uint16Array {
  const bits = new Uint16Array(lengths.length);
  let code = 0;
  for (let length = 1; length < 16; length++) {
    code <<= 1;
    lengths.forEach((own, symbol) => {
      if (own === length) bits[symbol] = reversed(code++, length);
    });
  }
  return bits;
}

function reversed(code: number, length: number): number {
  let out = 0;
  for (let index = 0; index < length; index++) out |= ((code >> index) & 1) << (length - 1 - index);
  return out;
}

/** The fixed code of RFC 1951, section 3.2.6, for literals and lengths. */
export const FIXED_LITERALS: PrefixCode = fixed(
  Uint8Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8)),
);

/** The fixed code for distances. */
export const FIXED_DISTANCES: PrefixCode = fixed(new Uint8Array(30).fill(5));

function fixed(lengths: Uint8Array): PrefixCode {
  return { lengths, bits: canonicalBits(lengths) };
}

/** Bits that the symbols of these frequencies take in a code. */
export function encodedBits(frequencies: Uint32Array, { lengths }: PrefixCode): number {
  let total = 0;
  frequencies.forEach((frequency, symbol) => (total += frequency * (lengths[symbol] ?? 0)));
  return total;
}
