const BLOCK_BYTES = 64;

const constants = fractionalBitsOfRoots(64, 1 / 3);
const initialState = fractionalBitsOfRoots(8, 1 / 2);

/** The first 32 bits of the fractional parts of the roots of the first primes, which SHA-256 takes as its constants. */
function fractionalBitsOfRoots(count: number, power: number): Uint32Array {
  const result = new Uint32Array(count);
  for (let candidate = 2, found = 0; found < count; candidate++) {
    let prime = true;
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) if (candidate % divisor === 0) prime = false;
    if (prime) result[found++] = Math.floor((candidate ** power % 1) * 2 ** 32);
  }
  return result;
}

/** The words of one block; each block fills it anew, and nothing is awaited meanwhile. */
const schedule = new Uint32Array(64);

/** The SHA-256 digest (FIPS 180-4) of bytes, or of a text's UTF-8: 32 bytes. */
export function sha256(data: Uint8Array | string): Uint8Array<ArrayBuffer> {
  const digest = new Uint8Array(32);
  const view = new DataView(digest.buffer);
  stateOf(data).forEach((word, index) => view.setUint32(index * 4, word));
  return digest;
}

/** The SHA-256 digest in lower-case hexadecimal: 64 characters. */
export function sha256Hex(data: Uint8Array | string): string {
  let hex = '';
  for (const word of stateOf(data)) hex += word.toString(16).padStart(8, '0');
  return hex;
}

function stateOf(data: Uint8Array | string): Uint32Array {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
  const state = Uint32Array.from(initialState);
  const whole = bytes.length - (bytes.length % BLOCK_BYTES);
  for (let from = 0; from < whole; from += BLOCK_BYTES) {
    for (let i = 0; i < 16; i++) schedule[i] = wordAt(bytes, from + i * 4);
    compress(state);
  }
  // The rest, a bit that is set, zeros, and the length in bits in the last eight bytes.
  const rest = new Uint8Array(2 * BLOCK_BYTES);
  rest.set(bytes.subarray(whole));
  rest[bytes.length - whole] = 0x80;
  const blocks = bytes.length - whole + 9 <= BLOCK_BYTES ? 1 : 2;
  for (let block = 0; block < blocks; block++) {
    for (let i = 0; i < 16; i++) schedule[i] = wordAt(rest, block * BLOCK_BYTES + i * 4);
    if (block === blocks - 1) {
      schedule[14] = Math.floor(bytes.length / 2 ** 29);
      schedule[15] = bytes.length << 3;
    }
    compress(state);
  }
  return state;
}

function wordAt(bytes: Uint8Array, from: number): number {
  return (
    ((bytes[from] ?? 0) << 24) | ((bytes[from + 1] ?? 0) << 16) | ((bytes[from + 2] ?? 0) << 8) | (bytes[from + 3] ?? 0)
  );
}

function at(words: Uint32Array, index: number): number {
  return words[index] ?? 0;
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

/** Takes the block in the first sixteen words of the schedule into the state. */
function compress(state: Uint32Array): void {
  for (let i = 16; i < 64; i++) {
    const w15 = at(schedule, i - 15);
    const w2 = at(schedule, i - 2);
    const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
    const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
    schedule[i] = (at(schedule, i - 16) + s0 + at(schedule, i - 7) + s1) | 0;
  }
  // Numbers of 32 bits with a sign stay out of the heap.
  let a = at(state, 0) | 0;
  let b = at(state, 1) | 0;
  let c = at(state, 2) | 0;
  let d = at(state, 3) | 0;
  let e = at(state, 4) | 0;
  let f = at(state, 5) | 0;
  let g = at(state, 6) | 0;
  let h = at(state, 7) | 0;
  for (let i = 0; i < 64; i++) {
    const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const choice = (e & f) ^ (~e & g);
    const first = (h + sum1 + choice + at(constants, i) + at(schedule, i)) | 0;
    const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + sum0 + majority) | 0;
  }
  state[0] = at(state, 0) + a;
  state[1] = at(state, 1) + b;
  state[2] = at(state, 2) + c;
  state[3] = at(state, 3) + d;
  state[4] = at(state, 4) + e;
  state[5] = at(state, 5) + f;
  state[6] = at(state, 6) + g;
  state[7] = at(state, 7) + h;
}
