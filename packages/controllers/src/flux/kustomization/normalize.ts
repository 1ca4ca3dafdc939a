import type { KindSchema } from '@capstan/kube';
import {
  getKey,
  getPath,
  isJsonObject,
  setKey,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';

/**
 * An object of a built-in kind as it would come out of Go's types, through which kustomize-controller sends all that it
 * applies: fields that the types do not have are dropped, structs that are not pointers are there though empty, ports
 * have a protocol, and a Secret's texts are bytes. An object that does not fit its types stays as it is, so that the
 * server says so. Source of the rule: fluxcd/pkg/ssa/normalize.
 */
export function normalizeObject(object: KubernetesObject, schema: KindSchema | undefined): KubernetesObject {
  if (schema === undefined || !isTyped(object)) return object;
  const types = new Types(schema.document);
  const root = types.named(schema.schemaName);
  const value = root === undefined ? undefined : types.convert(object, root, 0);
  if (!isJsonObject(value)) return object;
  const { metadata: _metadata, status: _status, ...rest } = value;
  const bare = { ...rest, apiVersion: object.apiVersion, kind: object.kind, metadata: object.metadata };
  return withProtocols(withBytes(bare));
}

// Not in Go's client scheme, or left out for what their conversion would lose.
const untypedGroups = /^(apiextensions|apiregistration)\.k8s\.io\//;
const untypedKinds = new Set(['Role', 'ClusterRole']);

function isTyped({ apiVersion, kind }: KubernetesObject): boolean {
  if (untypedGroups.test(apiVersion)) return false;
  return !(apiVersion === 'rbac.authorization.k8s.io/v1' && untypedKinds.has(kind));
}

const MAX_DEPTH = 100;
/** Not representable by the type: the whole object is then left as it is. */
const MISFIT = Symbol('misfit');
type Converted = JsonValue | typeof MISFIT | undefined;

/** Conversion by the schemas of an OpenAPI document. */
class Types {
  readonly #schemas: JsonObject;

  constructor(document: JsonObject) {
    const schemas = getPath(document, 'components', 'schemas');
    this.#schemas = isJsonObject(schemas) ? schemas : {};
  }

  named(name: string): JsonObject | undefined {
    const schema = getKey(this.#schemas, name);
    return isJsonObject(schema) ? schema : undefined;
  }

  /** A value as its type holds it; undefined where it is left out. */
  convert(value: JsonValue, given: JsonObject, depth: number): Converted {
    if (depth > MAX_DEPTH) return MISFIT;
    if (value === null) return undefined;
    const schema = this.#resolve(given);
    const properties = getKey(schema, 'properties');
    if (isJsonObject(properties)) return isJsonObject(value) ? this.#struct(value, properties, depth) : MISFIT;
    const items = getKey(schema, 'items');
    if (isJsonObject(items))
      return Array.isArray(value) ? this.#list(value as readonly JsonValue[], items, depth) : MISFIT;
    const members = getKey(schema, 'additionalProperties');
    if (isJsonObject(members)) return isJsonObject(value) ? this.#map(value, members, depth) : MISFIT;
    return fits(value, schema) ? value : MISFIT;
  }

  #resolve(schema: JsonObject): JsonObject {
    const own = getKey(schema, '$ref');
    const all = getKey(schema, 'allOf');
    const inner = Array.isArray(all) && all.length === 1 ? getPath(all[0] as JsonValue, '$ref') : undefined;
    const ref = typeof own === 'string' ? own : typeof inner === 'string' ? inner : undefined;
    if (ref === undefined) return schema;
    return this.named(ref.slice(ref.lastIndexOf('/') + 1)) ?? {};
  }

  #struct(value: JsonObject, properties: JsonObject, depth: number): Converted {
    const result: Record<string, JsonValue> = {};
    for (const [key, schema] of Object.entries(properties)) {
      if (!isJsonObject(schema)) continue;
      const given = getKey(value, key);
      const converted: Converted =
        given === undefined || given === null ? this.#zero(schema, depth + 1) : this.convert(given, schema, depth + 1);
      if (converted === MISFIT) return MISFIT;
      if (converted !== undefined) setKey(result, key, converted);
    }
    return result;
  }

  /** What a field that is not given holds: a struct that is no pointer is there, with its own fields. */
  #zero(schema: JsonObject, depth: number): Converted {
    const fallback = getKey(schema, 'default');
    if (!isJsonObject(fallback) || Object.keys(fallback).length > 0) return undefined;
    const type = this.#resolve(schema);
    return isJsonObject(getKey(type, 'properties')) ? this.convert({}, schema, depth) : undefined;
  }

  #list(value: readonly JsonValue[], items: JsonObject, depth: number): Converted {
    const result: JsonValue[] = [];
    for (const member of value) {
      const converted = this.convert(member, items, depth + 1);
      if (converted === MISFIT) return MISFIT;
      if (converted !== undefined) result.push(converted);
    }
    return result;
  }

  #map(value: JsonObject, members: JsonObject, depth: number): Converted {
    const result: Record<string, JsonValue> = {};
    // A text that is null is an empty one in a map of Go's, but for bytes, which are nil.
    const isText = getKey(this.#resolve(members), 'type') === 'string' && getKey(members, 'format') !== 'byte';
    for (const [key, member] of Object.entries(value)) {
      const converted = member === null && isText ? '' : this.convert(member, members, depth + 1);
      if (converted === MISFIT) return MISFIT;
      if (converted !== undefined) setKey(result, key, converted);
    }
    return result;
  }
}

function fits(value: JsonValue, schema: JsonObject): boolean {
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  switch (getKey(schema, 'type')) {
    case 'string':
      return typeof value === 'string';
    case 'integer':
      return typeof value === 'bigint' || Number.isInteger(value);
    case 'number':
      return isNumber;
    case 'boolean':
      return typeof value === 'boolean';
    default:
      return true;
  }
}

/** Where a pod's template lies, by kind. */
const podSpecs: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  Deployment: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
  DaemonSet: ['spec', 'template', 'spec'],
  ReplicaSet: ['spec', 'template', 'spec'],
  Job: ['spec', 'template', 'spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

/** Ports without a protocol are TCP: it is part of the key by which a server merges them. */
function withProtocols(object: KubernetesObject): KubernetesObject {
  if (object.apiVersion === 'v1' && object.kind === 'Service')
    return changedAt(object, ['spec', 'ports'], (ports) => mapped(ports, withProtocol));
  const path = Object.hasOwn(podSpecs, object.kind) ? podSpecs[object.kind] : undefined;
  if (path === undefined) return object;
  return changedAt(object, [...path, 'containers'], (containers) =>
    mapped(containers, (container) =>
      isJsonObject(container) ? changedAt(container, ['ports'], (ports) => mapped(ports, withProtocol)) : container,
    ),
  );
}

function withProtocol(port: JsonValue): JsonValue {
  if (!isJsonObject(port)) return port;
  const protocol = getKey(port, 'protocol');
  return protocol === undefined || protocol === '' ? { ...port, protocol: 'TCP' } : port;
}

/** A Secret's `stringData` belongs into `data`: the server would do so too, but ownership would not follow. */
function withBytes(object: KubernetesObject): KubernetesObject {
  const texts = getKey(object, 'stringData');
  if (object.apiVersion !== 'v1' || object.kind !== 'Secret' || !isJsonObject(texts)) return object;
  const { stringData: _texts, ...rest } = object;
  const data: Record<string, JsonValue> = {};
  const given = getKey(object, 'data');
  for (const [key, value] of Object.entries(isJsonObject(given) ? given : {})) setKey(data, key, value);
  for (const [key, text] of Object.entries(texts))
    if (typeof text === 'string') setKey(data, key, Buffer.from(text).toString('base64'));
  const { apiVersion, kind, metadata } = object;
  return { ...rest, apiVersion, kind, metadata, ...(Object.keys(data).length === 0 ? {} : { data }) };
}

function mapped(value: JsonValue, change: (member: JsonValue) => JsonValue): JsonValue {
  return Array.isArray(value) ? (value as readonly JsonValue[]).map(change) : value;
}

function changedAt<Holder extends JsonObject>(
  holder: Holder,
  path: readonly string[],
  change: (value: JsonValue) => JsonValue,
): Holder {
  const [key, ...rest] = path;
  if (key === undefined) return holder;
  const value = getKey(holder, key);
  if (value === undefined) return holder;
  if (rest.length === 0) return { ...holder, [key]: change(value) };
  return isJsonObject(value) ? { ...holder, [key]: changedAt(value, rest, change) } : holder;
}
