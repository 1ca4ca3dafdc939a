import { Buffer } from 'node:buffer';
import { formatDuration, isJsonObject, setKey, type JsonValue } from '@capstan/object';
import { parseJson } from '../json.ts';
import { ApiStatusError, badRequest } from '../registry/api-status-error.ts';
import { messageOf, messageOfKind, type MessageField } from './messages.ts';
import { malformed, packedVarints, wireFields, type WireField } from './wire.ts';

const MAGIC = Buffer.from('k8s\0', 'latin1');

/** Messages nested deeper than this are refused. */
const MAX_DEPTH = 100;

const META = 'k8s.io.apimachinery.pkg.apis.meta.v1.';
const RUNTIME = 'k8s.io.apimachinery.pkg.runtime.';
const EXTENSIONS = 'k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.';

/**
 * An object out of a body of `application/vnd.kubernetes.protobuf`: the envelope names its type, the message is read
 * into what the same object is in JSON.
 * @throws ApiStatusError 400, 415
 */
export function decodeProtobuf(body: Uint8Array): JsonValue {
  if (!Buffer.from(body.subarray(0, MAGIC.length)).equals(MAGIC)) throw malformed();
  const envelope = { apiVersion: '', kind: '', raw: new Uint8Array(0) };
  for (const field of wireFields(body.subarray(MAGIC.length))) {
    if (field.kind !== 'bytes') continue;
    if (field.id === 1) readTypeMeta(field.value, envelope);
    else if (field.id === 2) envelope.raw = Uint8Array.from(field.value);
  }
  const { apiVersion, kind, raw } = envelope;
  const message = messageOfKind(apiVersion, kind);
  if (message === undefined) {
    throw badRequest(`no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`);
  }
  const value = readMessage(message, raw, 0);
  if (!isJsonObject(value)) throw malformed();
  return { ...value, apiVersion, kind };
}

function readTypeMeta(bytes: Uint8Array, into: { apiVersion: string; kind: string }): void {
  for (const field of wireFields(bytes)) {
    if (field.kind !== 'bytes') continue;
    if (field.id === 1) into.apiVersion = text(field.value);
    else if (field.id === 2) into.kind = text(field.value);
  }
}

function readMessage(name: string, bytes: Uint8Array, depth: number): JsonValue {
  if (depth > MAX_DEPTH) throw badRequest(`the body of the request is nested deeper than ${MAX_DEPTH}`);
  const special = SPECIAL[name];
  if (special !== undefined) return special(bytes, depth);
  const message = messageOf(name);
  if (message === undefined) {
    throw new ApiStatusError(415, 'UnsupportedMediaType', `protobuf bodies of ${name} are not supported`);
  }
  const result: Record<string, JsonValue> = {};
  for (const wire of wireFields(bytes)) {
    const field = message.get(wire.id);
    if (field !== undefined) readField(result, field, wire, depth);
  }
  return result;
}

function readField(into: Record<string, JsonValue>, field: MessageField, wire: WireField, depth: number): void {
  if (field.label === 'map') {
    readMapEntry(into, field, wire, depth);
    return;
  }
  if (field.label === 'many') {
    const before = Object.hasOwn(into, field.name) ? into[field.name] : undefined;
    const list: readonly JsonValue[] = Array.isArray(before) ? (before as readonly JsonValue[]) : [];
    setKey(into, field.name, [...list, ...readRepeated(field.type, wire, depth)]);
    return;
  }
  const value = readValue(field.type, wire, depth);
  if (field.name !== '') setKey(into, field.name, value);
  else if (isJsonObject(value)) for (const [key, part] of Object.entries(value)) setKey(into, key, part);
}

function readRepeated(type: string, wire: WireField, depth: number): readonly JsonValue[] {
  const packed = wire.kind === 'bytes' && (type === 'int32' || type === 'int64' || type === 'bool');
  return packed
    ? packedVarints(wire.value).map((value) => readScalar(type, { id: wire.id, kind: 'varint', value }))
    : [readValue(type, wire, depth)];
}

function readMapEntry(into: Record<string, JsonValue>, field: MessageField, wire: WireField, depth: number): void {
  if (wire.kind !== 'bytes') throw malformed();
  let key = '';
  let value: JsonValue = messageOf(field.type) === undefined ? '' : {};
  for (const part of wireFields(wire.value)) {
    if (part.id === 1 && part.kind === 'bytes') key = text(part.value);
    else if (part.id === 2) value = readValue(field.type, part, depth);
  }
  const before = Object.hasOwn(into, field.name) ? into[field.name] : undefined;
  const map: Record<string, JsonValue> = isJsonObject(before) ? { ...before } : {};
  setKey(map, key, value);
  setKey(into, field.name, map);
}

function readValue(type: string, wire: WireField, depth: number): JsonValue {
  if (!type.includes('.')) return readScalar(type, wire);
  if (wire.kind !== 'bytes') throw malformed();
  return readMessage(type, wire.value, depth + 1);
}

function readScalar(type: string, wire: WireField): JsonValue {
  switch (type) {
    case 'string':
      if (wire.kind === 'bytes') return text(wire.value);
      break;
    case 'bytes':
      if (wire.kind === 'bytes') return Buffer.from(wire.value).toString('base64');
      break;
    case 'bool':
      if (wire.kind === 'varint') return wire.value !== 0n;
      break;
    case 'double':
      if (wire.kind === 'fixed64') return wire.value.getFloat64(0, true);
      break;
    case 'float':
      if (wire.kind === 'fixed32') return wire.value.getFloat32(0, true);
      break;
    default:
      if (wire.kind === 'varint') return integer(wire.value);
  }
  throw malformed();
}

function integer(value: bigint): number | bigint {
  const signed = BigInt.asIntN(64, value);
  const near = Number(signed);
  return Number.isSafeInteger(near) ? near : signed;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

/** Messages whose JSON is not an object of their fields. */
const SPECIAL: Readonly<Record<string, ((bytes: Uint8Array, depth: number) => JsonValue) | undefined>> = {
  [`${META}Time`]: (bytes) => time(bytes, 0),
  [`${META}MicroTime`]: (bytes) => time(bytes, 6),
  [`${META}Duration`]: (bytes) => formatDuration(BigInt.asIntN(64, fieldsOf(bytes).get(1) ?? 0n)),
  [`${META}FieldsV1`]: rawJson,
  [`${RUNTIME}RawExtension`]: rawJson,
  [`${EXTENSIONS}JSON`]: rawJson,
  'k8s.io.apimachinery.pkg.api.resource.Quantity': (bytes) => firstText(bytes),
  'k8s.io.apimachinery.pkg.util.intstr.IntOrString': intOrString,
  [`${EXTENSIONS}JSONSchemaPropsOrBool`]: (bytes, depth) => schemaOr(bytes, depth, (value) => value !== 0n, 1, 2),
  [`${EXTENSIONS}JSONSchemaPropsOrArray`]: schemaOrList,
  [`${EXTENSIONS}JSONSchemaPropsOrStringArray`]: schemaOrStrings,
  'k8s.io.api.authentication.v1.ExtraValue': items,
  'k8s.io.api.authorization.v1.ExtraValue': items,
  'k8s.io.api.certificates.v1.ExtraValue': items,
};

function fieldsOf(bytes: Uint8Array): ReadonlyMap<number, bigint> {
  const found = new Map<number, bigint>();
  for (const field of wireFields(bytes)) if (field.kind === 'varint') found.set(field.id, field.value);
  return found;
}

/** A time that was never set is an empty message, and null in JSON. */
function time(bytes: Uint8Array, digits: number): JsonValue {
  if (bytes.length === 0) return null;
  const fields = fieldsOf(bytes);
  const seconds = Number(BigInt.asIntN(64, fields.get(1) ?? 0n));
  const nanos = Number(BigInt.asIntN(32, fields.get(2) ?? 0n));
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) throw malformed();
  const whole = date.toISOString().slice(0, 19);
  return digits === 0 ? `${whole}Z` : `${whole}.${String(Math.floor(nanos / 1000)).padStart(digits, '0')}Z`;
}

function rawJson(bytes: Uint8Array): JsonValue {
  for (const field of wireFields(bytes)) {
    if (field.id === 1 && field.kind === 'bytes' && field.value.length > 0) return parseJson(text(field.value));
  }
  return null;
}

function firstText(bytes: Uint8Array): string {
  for (const field of wireFields(bytes)) if (field.id === 1 && field.kind === 'bytes') return text(field.value);
  return '';
}

function intOrString(bytes: Uint8Array): JsonValue {
  const fields = fieldsOf(bytes);
  if (fields.get(1) !== 1n) return integer(fields.get(2) ?? 0n);
  for (const field of wireFields(bytes)) if (field.id === 3 && field.kind === 'bytes') return text(field.value);
  return '';
}

function items(bytes: Uint8Array): JsonValue {
  return [...wireFields(bytes)].flatMap((field) =>
    field.id === 1 && field.kind === 'bytes' ? [text(field.value)] : [],
  );
}

function schemaOr(
  bytes: Uint8Array,
  depth: number,
  plain: (value: bigint) => JsonValue,
  plainId: number,
  schemaId: number,
): JsonValue {
  let value: JsonValue = false;
  for (const field of wireFields(bytes)) {
    if (field.id === plainId && field.kind === 'varint') value = plain(field.value);
    else if (field.id === schemaId && field.kind === 'bytes') return schema(field.value, depth);
  }
  return value;
}

function schemaOrList(bytes: Uint8Array, depth: number): JsonValue {
  const list: JsonValue[] = [];
  for (const field of wireFields(bytes)) {
    if (field.kind !== 'bytes') continue;
    if (field.id === 1) return schema(field.value, depth);
    if (field.id === 2) list.push(schema(field.value, depth));
  }
  return list;
}

function schemaOrStrings(bytes: Uint8Array, depth: number): JsonValue {
  for (const field of wireFields(bytes)) {
    if (field.id === 1 && field.kind === 'bytes') return schema(field.value, depth);
  }
  return [...wireFields(bytes)].flatMap((field) =>
    field.id === 2 && field.kind === 'bytes' ? [text(field.value)] : [],
  );
}

function schema(bytes: Uint8Array, depth: number): JsonValue {
  return readMessage(`${EXTENSIONS}JSONSchemaProps`, bytes, depth + 1);
}
