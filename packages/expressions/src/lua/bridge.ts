import { CapstanError } from '@capstan/errors';
import { setKey, type JsonArray, type JsonValue } from '@capstan/object';
import type { Machine } from './machine.ts';
import { LuaTable, typeOf, type LuaValue } from './value.ts';

/** How deep a value that a script gives back may nest. */
const MAX_DEPTH = 1000;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Text as Lua's bytes. */
export function toBytes(text: string): string {
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  let bytes = '';
  for (const byte of encoder.encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

/** Lua's bytes as text. */
export function fromBytes(bytes: string): string {
  if (/^[\x00-\x7f]*$/.test(bytes)) return bytes;
  return decoder.decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
}

/** A JSON value as Lua's: nulls vanish, and every number is a floating point number. */
export function toLua(machine: Machine, value: JsonValue): LuaValue {
  machine.step();
  switch (typeof value) {
    case 'string':
      return toBytes(value);
    case 'number':
    case 'boolean':
      return value;
    case 'bigint':
      return Number(value);
    default: {
      if (value === null) return undefined;
      const table = new LuaTable();
      if (Array.isArray(value)) for (const item of value as JsonArray) table.append(toLua(machine, item));
      else for (const [key, item] of Object.entries(value)) table.set(toBytes(key), toLua(machine, item));
      return table;
    }
  }
}

/**
 * A value that a script gave back as JSON. An empty table is a list: Lua cannot tell.
 * @throws CapstanError EXPRESSION_FAILED for what JSON cannot hold: functions, gaps in lists, mixed keys, cycles
 */
export function fromLua(value: LuaValue): JsonValue {
  return encode(value, new Set(), 0);
}

function encode(value: LuaValue, seen: Set<LuaTable>, depth: number): JsonValue {
  switch (typeof value) {
    case 'string':
      return fromBytes(value);
    case 'number':
      if (!Number.isFinite(value)) fail(`unsupported value: ${value}`);
      return value;
    case 'boolean':
      return value;
    case 'undefined':
      return null;
    default:
      if (!(value instanceof LuaTable)) return fail(`cannot encode ${typeOf(value)} to JSON`);
      // A table that stands in two places counts as nested in itself, as upstream's encoder has it.
      if (seen.has(value) || depth > MAX_DEPTH) fail('cannot encode recursively nested tables to JSON');
      seen.add(value);
      return encodeTable(value, seen, depth + 1);
  }
}

function encodeTable(table: LuaTable, seen: Set<LuaTable>, depth: number): JsonValue {
  const first = table.next(undefined);
  if (first === undefined) return [];
  if (typeof first[0] !== 'number' && typeof first[0] !== 'string') fail('cannot encode mixed or invalid key types');
  const isList = typeof first[0] === 'number';
  const list: JsonValue[] = [];
  const object: Record<string, JsonValue> = {};
  for (let at: readonly [LuaValue, LuaValue] | undefined = first; at !== undefined; at = table.next(at[0])) {
    const [key, value] = at;
    if (typeof key !== (isList ? 'number' : 'string')) fail('cannot encode mixed or invalid key types');
    if (isList && key !== list.length + 1) fail('cannot encode sparse array');
    if (typeof key === 'string') setKey(object, fromBytes(key), encode(value, seen, depth));
    else list.push(encode(value, seen, depth));
  }
  return isList ? list : object;
}

function fail(problem: string): never {
  throw new CapstanError('EXPRESSION_FAILED', problem);
}
