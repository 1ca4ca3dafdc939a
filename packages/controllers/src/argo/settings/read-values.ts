import { isCapstanError, messageOf } from '@capstan/errors';
import { durationMilliseconds, isJsonObject, type JsonObject, type JsonValue } from '@capstan/object';
import { parse } from '@capstan/yaml';

/** The longest setting that is read, in characters. A ConfigMap holds one mebibyte. */
const MAX_SETTING = 1024 * 1024;

/** A value that cannot be used; `settingsOf` says whose. */
export class BadValue extends Error {}

/** The value of a setting that is YAML, as sigs.k8s.io/yaml reads it; null where it is empty. Throws BadValue. */
export function yamlValue(text: string): JsonValue {
  if (text.length > MAX_SETTING) throw new BadValue(`it is longer than ${MAX_SETTING} characters`);
  try {
    return parse(text, { rules: 'v2', limits: { maxBytes: 4 * MAX_SETTING } });
  } catch (error) {
    if (isCapstanError(error)) throw new BadValue(messageOf(error));
    throw error;
  }
}

/** A mapping; empty for null. Throws BadValue. */
export function mapping(value: JsonValue, what: string): JsonObject {
  if (value === null) return {};
  if (!isJsonObject(value)) throw new BadValue(`${what} must be a mapping, but is ${kindOf(value)}`);
  return value;
}

/** A list; empty for null. Throws BadValue. */
export function list(value: JsonValue, what: string): readonly JsonValue[] {
  if (value === null) return [];
  if (!Array.isArray(value)) throw new BadValue(`${what} must be a list, but is ${kindOf(value)}`);
  return value as readonly JsonValue[];
}

/** A list of texts; empty for null. Throws BadValue. */
export function texts(value: JsonValue, what: string): readonly string[] {
  return list(value, what).map((entry, index) => text(entry, `${what}[${index}]`));
}

/** A text, as sigs.k8s.io/yaml reads one: a number or a truth is taken by its letters; empty for null. Throws BadValue. */
export function text(value: JsonValue, what: string): string {
  if (value === null) return '';
  if (typeof value === 'object') throw new BadValue(`${what} must be a text, but is ${kindOf(value)}`);
  return String(value);
}

/** A truth; false for null. Throws BadValue. */
export function truth(value: JsonValue, what: string): boolean {
  if (value === null) return false;
  if (typeof value !== 'boolean') throw new BadValue(`${what} must be true or false, but is ${kindOf(value)}`);
  return value;
}

/** A field of a mapping as Go's JSON finds it: by its name, else by its name in other letters; null where it is absent. */
export function field(object: JsonObject, name: string): JsonValue {
  if (Object.hasOwn(object, name)) return object[name] ?? null;
  const lower = name.toLowerCase();
  const other = Object.keys(object).find((key) => key.toLowerCase() === lower);
  return other === undefined ? null : (object[other] ?? null);
}

/** What Go's strconv.ParseBool takes. Throws BadValue. */
export function parseTruth(value: string): boolean {
  if (/^(1|t|T|TRUE|true|True)$/.test(value)) return true;
  if (/^(0|f|F|FALSE|false|False)$/.test(value)) return false;
  throw new BadValue(`${JSON.stringify(value)} is neither true nor false`);
}

const DAYS = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const dayParts = [365 * 24 * 3600_000, 7 * 24 * 3600_000, 24 * 3600_000, 3600_000, 60_000, 1000, 1];

/** A duration as Go writes it, or with days, weeks and years (`1d12h`); milliseconds. Throws BadValue. */
export function parseMilliseconds(value: string): number {
  try {
    return durationMilliseconds(value);
  } catch (error) {
    const parts = value === '' ? null : DAYS.exec(value);
    if (parts !== null) return dayParts.reduce((sum, size, at) => sum + size * Number(parts[at + 1] ?? 0), 0);
    if (isCapstanError(error)) throw new BadValue(messageOf(error));
    throw error;
  }
}

function kindOf(value: JsonValue): string {
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'object':
      return value === null ? 'nothing' : 'a mapping';
    case 'string':
      return 'a text';
    case 'boolean':
      return 'true or false';
    default:
      return 'a number';
  }
}
