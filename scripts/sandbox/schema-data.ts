// Reads a running control plane and writes what the sandbox needs of it into packages/sandbox/src/schema/generated/:
// the built-in API resources and the OpenAPI v3 document of each group-version, without descriptions.
//   node scripts/sandbox/schema-data.ts --kubeconfig FILE      ($KUBECTL names another kubectl than the one on PATH)
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { isJsonObject, type JsonObject, type JsonValue } from '@capstan/object';

const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const generated = fileURLToPath(new URL('../../packages/sandbox/src/schema/generated/', import.meta.url));

const { values } = parseArgs({ options: { kubeconfig: { type: 'string' } } });
const kubeconfig = values.kubeconfig;
if (kubeconfig === undefined) {
  process.stderr.write('usage: node scripts/sandbox/schema-data.ts --kubeconfig FILE\n');
  process.exit(2);
}

function read(path: string, config: string): JsonObject {
  const text = execFileSync(process.env['KUBECTL'] ?? 'kubectl', ['--kubeconfig', config, 'get', '--raw', path], {
    encoding: 'utf8',
    maxBuffer: MAX_ANSWER_BYTES,
  });
  const value: unknown = JSON.parse(text);
  if (!isJsonObject(value)) throw new TypeError(`${path}: the answer is not an object`);
  return value;
}

function list(object: JsonObject, key: string): readonly JsonObject[] {
  const value = object[key];
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isJsonObject) : [];
}

function string(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === 'string' ? value : '';
}

/** One resource of a legacy APIResourceList, with its subresources folded in. */
function reduceResources(answer: JsonObject): JsonObject[] {
  const all = list(answer, 'resources');
  const subresources = (name: string): JsonObject[] =>
    all
      .filter((entry) => string(entry, 'name').startsWith(`${name}/`))
      .map((entry) => ({
        name: string(entry, 'name').slice(name.length + 1),
        kind: string(entry, 'kind'),
        ...(entry['group'] === undefined ? {} : { group: entry['group'] }),
        ...(entry['version'] === undefined ? {} : { version: entry['version'] }),
        verbs: entry['verbs'] ?? [],
      }));
  return all
    .filter((entry) => !string(entry, 'name').includes('/'))
    .map((entry) => ({
      name: string(entry, 'name'),
      singular: string(entry, 'singularName'),
      namespaced: entry['namespaced'] ?? false,
      kind: string(entry, 'kind'),
      ...(entry['group'] === undefined ? {} : { group: entry['group'] }),
      ...(entry['version'] === undefined ? {} : { version: entry['version'] }),
      verbs: entry['verbs'] ?? [],
      shortNames: entry['shortNames'] ?? [],
      categories: entry['categories'] ?? [],
      storageVersionHash: string(entry, 'storageVersionHash'),
      subresources: subresources(string(entry, 'name')),
    }));
}

/** Drops `description` wherever it is a keyword and not the name of a property or schema. */
function withoutDescriptions(value: JsonValue, names: boolean): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => withoutDescriptions(item, false));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).filter(([key]) => names || key !== 'description');
  return Object.fromEntries(
    entries.map(([key, item]) => [
      key,
      withoutDescriptions(item, !names && (key === 'properties' || key === 'schemas' || key === 'paths')),
    ]),
  );
}

/** Keeps of an operation what clients look at: its kind, its action, its parameters and the patch types it takes. */
function reducePaths(paths: JsonObject): JsonObject {
  const reduced: Record<string, JsonObject> = {};
  for (const [path, item] of Object.entries(paths)) {
    if (!isJsonObject(item) || path.includes('/watch/')) continue;
    const operations: Record<string, JsonValue> = {};
    for (const [method, operation] of Object.entries(item)) {
      if (isJsonObject(operation)) {
        const { responses: _responses, tags: _tags, ...kept } = operation;
        operations[method] = kept;
      } else {
        operations[method] = operation;
      }
    }
    reduced[path] = operations;
  }
  return reduced;
}

function reduceDocument(document: JsonObject): JsonObject {
  const reduced = withoutDescriptions(document, false);
  if (!isJsonObject(reduced) || !isJsonObject(reduced['paths']) || !isJsonObject(reduced['components'])) {
    throw new TypeError('an OpenAPI document without paths or components');
  }
  const { securitySchemes: _schemes, ...components } = reduced['components'];
  return { ...reduced, paths: reducePaths(reduced['paths']), components };
}

const config: string = kubeconfig;
const groups: JsonObject[] = [
  { name: '', versions: ['v1'] },
  ...list(read('/apis', config), 'groups').map((group) => ({
    name: string(group, 'name'),
    versions: list(group, 'versions').map((version) => string(version, 'version')),
  })),
];

const documents: Record<string, string> = {};
const apiGroups: JsonObject[] = [];
for (const group of groups) {
  const name = string(group, 'name');
  const versions: JsonObject[] = [];
  for (const version of (group['versions'] as readonly string[] | undefined) ?? []) {
    const path = name === '' ? `api/${version}` : `apis/${name}/${version}`;
    versions.push({ version, resources: reduceResources(read(`/${path}`, config)) });
    const text = JSON.stringify(reduceDocument(read(`/openapi/v3/${path}`, config)));
    documents[name === '' ? version : `${name}/${version}`] = gzipSync(text, { level: 9 }).toString('base64');
  }
  apiGroups.push({ name, versions });
}

const serverVersion = read('/version', config);
const header = '// Written by scripts/sandbox/schema-data.ts; do not edit.\n';
const packed = gzipSync(JSON.stringify(apiGroups), { level: 9 }).toString('base64');
writeFileSync(
  `${generated}api-resources.ts`,
  `${header}/** The API groups as JSON, gzip, base64. */\nexport const packedApiGroups =\n  '${packed}';\n` +
    `/** The version of the API server that the facts were read from. */\nexport const serverVersion = { major: '${string(serverVersion, 'major')}', minor: '${string(serverVersion, 'minor')}', gitVersion: '${string(serverVersion, 'gitVersion')}' };\n`,
);
writeFileSync(
  `${generated}openapi-documents.ts`,
  `${header}/** OpenAPI v3 documents by group-version: JSON, gzip, base64. */\nexport const packedDocuments: Readonly<Record<string, string>> = {\n` +
    Object.entries(documents)
      .map(([key, text]) => `  '${key}': '${text}',\n`)
      .join('') +
    '};\n',
);
