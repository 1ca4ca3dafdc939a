import { Buffer } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import { isJsonObject, type JsonObject, type JsonValue } from '@capstan/object';
import { packedPodTemplateStructs } from '../schema/generated/pod-template-structs.ts';

/** Go name, JSON name (`''`: embedded) and Go type of a field. A type's own kind follows its name after `=`. */
type GoField = readonly [string, string, string];

const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const ZERO_TIME = '{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}';

let structs: Readonly<Record<string, readonly GoField[]>> | undefined;

/**
 * A pod template as the Go library spew prints the struct in memory: every field, with its type, in the order of the
 * source. Kubernetes hashes this text, so ReplicaSets are called here as they are there.
 */
export function dumpPodTemplate(template: JsonValue): string {
  return dump('v1.PodTemplateSpec', template, true);
}

function fieldsOf(name: string): readonly GoField[] | undefined {
  structs ??= JSON.parse(
    gunzipSync(Buffer.from(packedPodTemplateStructs, 'base64')).toString('utf8'),
  ) as typeof structs;
  return structs?.[name];
}

function dump(type: string, value: JsonValue | undefined, typed: boolean): string {
  const shown = type.replaceAll(/=scalar|=map\[.*$/g, '');
  if (type.startsWith('*')) {
    if (value === undefined || value === null) return typed ? `(${shown})<nil>` : '<nil>';
    return `(${shown})${dump(type.slice(1), value, false)}`;
  }
  const prefix = typed ? `(${shown})` : '';
  return `${prefix}${dumpBody(type, shown, value ?? undefined)}`;
}

function dumpBody(type: string, shown: string, value: JsonValue | undefined): string {
  if (type.startsWith('[]')) {
    if (!Array.isArray(value) || value.length === 0) return '<nil>';
    return `[${(value as readonly JsonValue[]).map((item) => dump(type.slice(2), item, false)).join(' ')}]`;
  }
  const map = type.indexOf('map[');
  if (map === 0 || type.slice(0, map).endsWith('=')) return dumpMap(type.slice(type.indexOf(']', map) + 1), value);
  if (type === 'v1.Time') return ZERO_TIME;
  if (type === 'resource.Quantity') return dumpQuantity(typeof value === 'string' ? value : '0');
  if (type === 'intstr.IntOrString') return dumpIntOrString(value);
  const fields = fieldsOf(shown);
  if (fields !== undefined) return dumpStruct(fields, isJsonObject(value) ? value : {});
  if (value === undefined) return type === 'bool' ? 'false' : /^(u?int|float)/.test(type) ? '0' : '';
  return typeof value === 'object' ? '' : String(value);
}

function dumpStruct(fields: readonly GoField[], value: JsonObject): string {
  const parts = fields.map(([name, key, type]) => {
    const item = key === '' ? value : Object.hasOwn(value, key) ? value[key] : undefined;
    return `${name}:${dump(type, item, true)}`;
  });
  return `{${parts.join(' ')}}`;
}

function dumpMap(type: string, value: JsonValue | undefined): string {
  if (!isJsonObject(value) || Object.keys(value).length === 0) return '<nil>';
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${key}:${dump(type, value[key], false)}`);
  return `map[${entries.join(' ')}]`;
}

function dumpIntOrString(value: JsonValue | undefined): string {
  const text = typeof value === 'string' ? value : '';
  const number = typeof value === 'number' ? value : 0;
  const kind = typeof value === 'string' ? 1 : 0;
  return `{Type:(intstr.Type)${kind} IntVal:(int32)${number} StrVal:(string)${text}}`;
}

/** A canonical quantity as Go keeps it: a whole number, its power of ten, and the text where it can be used again. */
function dumpQuantity(text: string): string {
  const [, sign = '', digits = '0', suffix = ''] = /^(-?)(\d+)([A-Za-z]*|e-?\d+)$/.exec(text) ?? [];
  const step = suffix === '' ? 0 : BINARY.indexOf(suffix);
  if (text === '0') return quantity(0n, 0, '0', 'DecimalSI');
  const number = BigInt(digits);
  if (step > 0) {
    const kept = (number & 7n) !== 0n ? text : '';
    return quantity(BigInt(`${sign}${number << BigInt(step * 10)}`), 0, kept, 'BinarySI');
  }
  const exponential = suffix.startsWith('e');
  const scale = exponential ? Number(suffix.slice(1)) : (DECIMAL[suffix] ?? 0);
  const kept = scale % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0') ? text : '';
  return quantity(BigInt(`${sign}${number}`), scale, kept, exponential ? 'DecimalExponent' : 'DecimalSI');
}

function quantity(value: bigint, scale: number, text: string, format: string): string {
  const amount = `{value:(int64)${value} scale:(resource.Scale)${scale}}`;
  const big = '(resource.infDecAmount){Dec:(*inf.Dec)<nil>}';
  return `{i:(resource.int64Amount)${amount} d:${big} s:(string)${text} Format:(resource.Format)${format}}`;
}
