// Reads the generated.proto files of Kubernetes' Go modules and writes the messages that built-in kinds are made of
// into packages/sandbox/src/protobuf/generated/, with the JSON names that the OpenAPI documents give their fields.
//   node scripts/sandbox/protobuf-descriptor.ts FOLDER…       FOLDER: a module's root, as k8s.io/api@v0.35.0
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { getPath, isJsonObject, type JsonObject, type JsonValue } from '@capstan/object';
import { apiGroups, openApiDocument } from '../../packages/sandbox/src/schema/index.ts';

const output = fileURLToPath(new URL('../../packages/sandbox/src/protobuf/generated/messages.ts', import.meta.url));

interface Field {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly label: 'one' | 'many' | 'map';
}

const FIELD = /^\s*(optional|repeated|required)\s+([.\w]+)\s+(\w+)\s*=\s*(\d+)/;
const MAP = /^\s*map<\s*string\s*,\s*([.\w]+)\s*>\s+(\w+)\s*=\s*(\d+)/;

function readMessages(text: string, messages: Map<string, Field[]>): void {
  let scope = '';
  let fields: Field[] | undefined;
  for (const line of text.split('\n')) {
    const named = /^package ([\w.]+);/.exec(line)?.[1];
    if (named !== undefined) scope = named;
    const message = /^message (\w+) \{/.exec(line)?.[1];
    if (message !== undefined) {
      fields = [];
      messages.set(`${scope}.${message}`, fields);
    }
    const field = FIELD.exec(line);
    const map = MAP.exec(line);
    if (field !== null) {
      const [, label, type = '', name = '', id] = field;
      fields?.push({ id: Number(id), name, type: absolute(type, scope), label: label === 'repeated' ? 'many' : 'one' });
    } else if (map !== null) {
      const [, type = '', name = '', id] = map;
      fields?.push({ id: Number(id), name, type: absolute(type, scope), label: 'map' });
    }
  }
}

function absolute(type: string, scope: string): string {
  if (type.startsWith('.')) return type.slice(1);
  return /^[a-z0-9]+$/.test(type) ? type : `${scope}.${type}`;
}

/** `k8s.io.api.apps.v1.Deployment` → `io.k8s.api.apps.v1.Deployment`. */
function schemaName(message: string): string {
  return message.replace(/^k8s\.io\./, 'io.k8s.').replaceAll('_', '-');
}

function messageName(schema: string): string {
  return schema.replace(/^io\.k8s\./, 'k8s.io.').replaceAll('-', '_');
}

const schemas = new Map<string, JsonObject>();
for (const group of apiGroups()) {
  for (const { version } of group.versions) {
    const found = getPath(openApiDocument(group.name, version), 'components', 'schemas');
    for (const [name, schema] of Object.entries(isJsonObject(found) ? found : {})) {
      if (isJsonObject(schema)) schemas.set(name, schema);
    }
  }
}

const messages = new Map<string, Field[]>();
for (const folder of process.argv.slice(2)) {
  for (const path of globSync('**/generated.proto', { cwd: folder })) {
    readMessages(readFileSync(join(folder, path), 'utf8'), messages);
  }
}

/** The property that a field is, whose name differs at most by case, dashes and `$`. */
function jsonName(properties: JsonObject, field: string): string | undefined {
  if (Object.hasOwn(properties, field)) return field;
  const plain = (name: string): string => name.replace(/[-$]/g, '').toLowerCase();
  return Object.keys(properties).find((name) => plain(name) === plain(field));
}

/** A field as it is kept: [number, JSON name or '' where the message is inlined, type, label]. */
function reduceField(message: string, field: Field): JsonValue {
  const properties = schemas.get(schemaName(message))?.['properties'];
  const name = isJsonObject(properties) ? jsonName(properties, field.name) : field.name;
  const inlined = name === undefined && field.label === 'one' && messages.has(field.type);
  if (name === undefined && !inlined) process.stderr.write(`${message}.${field.name} is in no OpenAPI document\n`);
  const label = field.label === 'one' ? 0 : field.label === 'many' ? 1 : 2;
  return [field.id, inlined ? '' : (name ?? field.name), field.type, label];
}

const kinds: Record<string, string> = {};
const wanted: string[] = [];
for (const [name, schema] of schemas) {
  const list = schema['x-kubernetes-group-version-kind'];
  const message = messageName(name);
  if (!Array.isArray(list) || !messages.has(message)) continue;
  wanted.push(message);
  for (const entry of list as readonly JsonValue[]) {
    const text = (key: string): string => {
      const value = getPath(entry, key);
      return typeof value === 'string' ? value : '';
    };
    const group = text('group');
    kinds[`${group === '' ? '' : `${group}/`}${text('version')} ${text('kind')}`] = message;
  }
}

const reduced: Record<string, JsonValue> = {};
for (let message = wanted.pop(); message !== undefined; message = wanted.pop()) {
  const fields = messages.get(message);
  if (fields === undefined || Object.hasOwn(reduced, message)) continue;
  const name = message;
  reduced[name] = fields.map((field) => reduceField(name, field));
  for (const field of fields) if (messages.has(field.type)) wanted.push(field.type);
}

const packed = gzipSync(JSON.stringify({ kinds, messages: reduced }), { level: 9 }).toString('base64');
writeFileSync(
  output,
  '// Written by scripts/sandbox/protobuf-descriptor.ts; do not edit.\n' +
    `/** Messages and the kinds that they are, as JSON, gzip, base64. */\nexport const packedMessages =\n  '${packed}';\n`,
);
process.stdout.write(`${Object.keys(reduced).length} messages, ${Object.keys(kinds).length} kinds\n`);
