import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { sha3_512 } from '@noble/hashes/sha3.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { messageOf } from '@capstan/errors';
import { isJsonObject, parseJson, type JsonValue } from '@capstan/object';
import { parseDocuments } from '@capstan/yaml';
import type { Machine } from '../machine.ts';
import { runtimeProblem } from '../problem.ts';
import { wellFormed } from '../string-literals.ts';
import { ArrayValue, arrayOf, boundedText, Lazy, typeOf, type Value } from '../values.ts';
import type { Builtin, Call } from './builtin.ts';
import { objectOf } from './objects.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const hash = (digest: (bytes: Uint8Array) => Uint8Array): Builtin => [
  's',
  (call) => {
    const bytes = new TextEncoder().encode(call.text(0));
    call.machine.step(bytes.length);
    return bytesToHex(digest(bytes));
  },
];

/** Functions from and to bytes and other notations. */
export const encodingBuiltins: Readonly<Record<string, Builtin>> = {
  base64: ['input', (call) => boundedText(encodeBase64(bytesOf(call)))],
  base64DecodeBytes: ['str', (call) => arrayOf([...decodeBase64(call)])],
  base64Decode: ['str', (call) => new TextDecoder().decode(decodeBase64(call))],
  encodeUTF8: ['str', (call) => arrayOf([...new TextEncoder().encode(call.text(0))])],
  decodeUTF8: ['arr', (call) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(byteArray(call, call.array(0)))],
  md5: hash(md5),
  sha1: hash(sha1),
  sha256: hash(sha256),
  sha512: hash(sha512),
  sha3: hash(sha3_512),
  parseJson: ['str', (call) => fromJson(call.machine, readJson(call.text(0)))],
  parseYaml: ['str', (call) => readYaml(call.machine, call.text(0))],
};

function byteArray(call: Call, items: readonly Lazy[]): Uint8Array {
  call.machine.step(items.length);
  return Uint8Array.from(items, (item) => {
    const byte = item.get();
    if (typeof byte !== 'number') throw runtimeProblem(`Unexpected type ${typeOf(byte)}, expected number`);
    if (!Number.isInteger(byte) || byte < 0 || byte > 255)
      throw runtimeProblem(`Expected an integer value in the range of 0 to 255 inclusive, got ${byte}`);
    return byte;
  });
}

function bytesOf(call: Call): Uint8Array {
  const input = call.value(0);
  if (typeof input === 'string') {
    for (const letter of input) {
      const code = letter.codePointAt(0) ?? 0;
      if (code > 255)
        throw runtimeProblem(
          `base64 encountered invalid codepoint value in the array (must be 0 <= X <= 255), got ${code}`,
        );
    }
    return new TextEncoder().encode(input);
  }
  if (input instanceof ArrayValue) return byteArray(call, input.items);
  throw runtimeProblem(`base64 can only base64 encode strings / arrays of single bytes, got ${typeOf(input)}`);
}

function encodeBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b, c] = [bytes[at], bytes[at + 1], bytes[at + 2]];
    parts.push(
      ALPHABET[a >> 2] ?? '',
      ALPHABET[((a & 3) << 4) | ((b ?? 0) >> 4)] ?? '',
      b === undefined ? '=' : (ALPHABET[((b & 15) << 2) | ((c ?? 0) >> 6)] ?? ''),
      c === undefined ? '=' : (ALPHABET[c & 63] ?? ''),
    );
  }
  return parts.join('');
}

function decodeBase64(call: Call): Uint8Array {
  const text = call.text(0);
  call.machine.step(text.length);
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text))
    throw runtimeProblem('failed to decode: it is not base64');
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = [...text.slice(at, at + 4)].map((letter) => ALPHABET.indexOf(letter));
    bytes.push((a << 2) | (b >> 4));
    if (c >= 0) bytes.push(((b & 15) << 4) | (c >> 2));
    if (d >= 0) bytes.push(((c & 3) << 6) | d);
  }
  return Uint8Array.from(bytes);
}

function readJson(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    throw runtimeProblem(`failed to parse JSON: ${messageOf(error)}`);
  }
}

/** One document is its value; a stream, which `---` makes of it, an array of them. */
function readYaml(machine: Machine, text: string): Value {
  const isStream = /^---(\s|$)/m.test(text);
  try {
    const documents = [...parseDocuments(text, { rules: 'v2', source: 'the text' })].map(({ value }) => value);
    if (!isStream) return fromJson(machine, documents[0] ?? null);
    return fromJson(machine, documents);
  } catch (error) {
    throw runtimeProblem(`failed to parse YAML: ${messageOf(error)}`);
  }
}

/** JSON data as a value. */
export function fromJson(machine: Machine, json: JsonValue): Value {
  machine.step(1);
  if (typeof json === 'bigint') return Number(json);
  if (typeof json === 'string') return wellFormed(json);
  if (Array.isArray(json))
    return new ArrayValue((json as readonly JsonValue[]).map((item) => Lazy.of(fromJson(machine, item))));
  if (isJsonObject(json))
    return objectOf(
      machine,
      Object.entries(json).map(([name, item]) => [wellFormed(name), Lazy.of(fromJson(machine, item))]),
    );
  return json as boolean | number | null;
}
