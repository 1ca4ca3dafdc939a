import type { JsonValue } from '../json-value.ts';
import { sha256Hex } from '../sha256.ts';
import { canonicalJson } from './encode-json.ts';

/** The SHA-256 of a value's canonical JSON, in hexadecimal: equal values, and only those, have the same. */
export function digestJson(value: JsonValue): string {
  return sha256Hex(canonicalJson(value));
}
