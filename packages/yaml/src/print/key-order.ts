const letter = /\p{L}/u;
const decimalDigit = /\p{Nd}/u;

function isLetter(point: number): boolean {
  if (point < 0x80) return (point >= 0x61 && point <= 0x7a) || (point >= 0x41 && point <= 0x5a);
  return letter.test(String.fromCodePoint(point));
}

function isDigit(point: number): boolean {
  if (point < 0x80) return point >= 0x30 && point <= 0x39;
  return decimalDigit.test(String.fromCodePoint(point));
}

/**
 * Below 0 when key `a` is printed before key `b`: letters last, numbers within names by their size. In yaml.v3 letters
 * come first where a digit stands before them.
 */
export function compareKeys(a: string, b: string, rules: 'v3' | 'v2'): number {
  const shorter = Math.min(a.length, b.length);
  let same = 0;
  while (same < shorter && a.charCodeAt(same) === b.charCodeAt(same)) same++;
  if (same === shorter) return a.length - b.length;
  // A surrogate pair that differs in its second half differs as a whole.
  if (same > 0 && (a.charCodeAt(same - 1) & 0xfc00) === 0xd800) same--;
  const pointA = a.codePointAt(same) ?? 0;
  const pointB = b.codePointAt(same) ?? 0;
  const letterA = isLetter(pointA);
  const letterB = isLetter(pointB);
  if (letterA && letterB) return pointA - pointB;
  if (letterA || letterB) {
    const lettersFirst = rules === 'v3' && same > 0 && isDigit(pointBefore(a, same));
    return letterB === lettersFirst ? 1 : -1;
  }
  return compareNumbers(a, b, same) || pointA - pointB;
}

/** The character that ends right before `at`. */
function pointBefore(text: string, at: number): number {
  const unit = text.charCodeAt(at - 1);
  return (unit & 0xfc00) === 0xdc00 && at > 1 ? (text.codePointAt(at - 2) ?? unit) : unit;
}

/** Compares the numbers that start where the keys first differ; equal ones by how many digits they have. */
function compareNumbers(a: string, b: string, from: number): number {
  const inNumber = (a.charAt(from) === '0' || b.charAt(from) === '0') && followsNonZeroDigit(a, from);
  const first = readNumber(a, from, inNumber ? 1n : 0n);
  const second = readNumber(b, from, inNumber ? 1n : 0n);
  if (first.value !== second.value) return first.value < second.value ? -1 : 1;
  return first.digits - second.digits;
}

/** Whether the digits right before `from` hold one that is not zero: then a zero at `from` is no leading zero. */
function followsNonZeroDigit(text: string, from: number): boolean {
  for (let at = from - 1; at >= 0 && isDigit(text.charCodeAt(at)); at--) {
    if (text.charAt(at) !== '0') return true;
  }
  return false;
}

function readNumber(text: string, from: number, start: bigint): { value: bigint; digits: number } {
  let value = start;
  let digits = 0;
  for (let at = from; at < text.length;) {
    const point = text.codePointAt(at) ?? 0;
    if (!isDigit(point)) break;
    // Go's arithmetic wraps at 64 bits, and counts digits of all scripts from `0`.
    value = BigInt.asIntN(64, value * 10n + BigInt(point - 0x30));
    digits++;
    at += point > 0xffff ? 2 : 1;
  }
  return { value, digits };
}

function compareUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const plainName = /^[a-z][A-Za-z]*$/;

/**
 * Keys in the order in which yaml.v2 2.4.2 or yaml.v3 prints them. Their comparison is no strict order for all mixtures of digits
 * and letters; keys are put in code unit order first, so that equal inputs always give equal output.
 */
export function sortKeys(keys: readonly string[], rules: 'v3' | 'v2'): readonly string[] {
  if (keys.length < 2) return keys;
  if (keys.every((key) => plainName.test(key))) return keys.toSorted(compareUnits);
  return keys.toSorted(compareUnits).sort((a, b) => compareKeys(a, b, rules));
}
