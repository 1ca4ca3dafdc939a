// Reads the Go types of the Kubernetes API and writes which fields of each schema are written when empty, which are
// left out, and what their Go types are called, into packages/sandbox/src/schema/generated/field-forms.ts.
//   node scripts/sandbox/field-data.ts --modules DIR --version v0.35.0     (DIR: the module cache's folder k8s.io)
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { apiGroups, openApiDocument } from '../../packages/sandbox/src/schema/index.ts';
import { getPath, isJsonObject } from '@capstan/object';

const generated = fileURLToPath(new URL('../../packages/sandbox/src/schema/generated/', import.meta.url));
const { values } = parseArgs({ options: { modules: { type: 'string' }, version: { type: 'string' } } });
if (values.modules === undefined || values.version === undefined) {
  process.stderr.write('usage: node scripts/sandbox/field-data.ts --modules DIR --version vX.Y.Z\n');
  process.exit(2);
}
const modules = values.modules;
const version = values.version;

interface Field {
  readonly goName: string;
  readonly name: string;
  readonly type: string;
  readonly options: readonly string[];
}
type Declared =
  { readonly form: 'struct'; readonly fields: readonly Field[] } | { readonly form: 'scalar' | 'collection' };
interface GoPackage {
  readonly name: string;
  readonly imports: ReadonlyMap<string, string>;
  readonly types: ReadonlyMap<string, Declared>;
}

const SCALARS = new Set(['string', 'bool', 'int', 'int32', 'int64', 'float64', 'byte', 'uint8']);
const SKIPPED = /^zz_|^generated|_test\.go$|_swagger_doc/;
const packages = new Map<string, GoPackage>();

/** `k8s.io/api/apps/v1` out of the prefix of a schema's name, `io.k8s.api.apps.v1`. */
function pathOf(prefix: string): string {
  return `k8s.io/${prefix.slice('io.k8s.'.length).replaceAll('.', '/')}`;
}

function loadPackage(path: string): GoPackage {
  const known = packages.get(path);
  if (known !== undefined) return known;
  const [, module = '', ...rest] = path.split('/');
  const folder = `${modules}/${module}@${version}/${rest.join('/')}`;
  const imports = new Map<string, string>();
  const types = new Map<string, Declared>();
  let name = rest.at(-1) ?? module;
  for (const file of readdirSync(folder).filter((each) => each.endsWith('.go') && !SKIPPED.test(each))) {
    const text = readFileSync(`${folder}/${file}`, 'utf8');
    name = /^package (\w+)/m.exec(text)?.[1] ?? name;
    for (const [, alias, target = ''] of text.matchAll(/^\s*(?:import )?(\w+)? ?"(k8s\.io\/[^"]+)"$/gm)) {
      imports.set(alias ?? target.split('/').at(-1) ?? '', target);
    }
    for (const [, type = '', body = ''] of text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) {
      types.set(type, { form: 'struct', fields: parseFields(body) });
    }
    for (const [, type = '', target = ''] of text.matchAll(/^type (\w+) =? ?([^\s{]+)$/gm)) {
      types.set(type, { form: /^(\[\]|map\[)/.test(target) ? 'collection' : 'scalar' });
    }
  }
  const loaded = { name, imports, types };
  packages.set(path, loaded);
  return loaded;
}

function parseFields(body: string): Field[] {
  const fields: Field[] = [];
  for (const line of body.split('\n')) {
    const match = /^\s*(?:(\w+)\s+)?([\w.*[\]]+)\s+`.*?json:"([^"]*)"/.exec(line);
    if (match === null) continue;
    const [name = '', ...options] = (match[3] ?? '').split(',');
    const type = match[2] ?? '';
    fields.push({ goName: match[1] ?? type.slice(type.lastIndexOf('.') + 1), name, type, options });
  }
  return fields;
}

function locate(type: string, home: string): { readonly path: string; readonly name: string } {
  const dot = type.indexOf('.');
  if (dot < 0) return { path: home, name: type };
  return { path: loadPackage(home).imports.get(type.slice(0, dot)) ?? '', name: type.slice(dot + 1) };
}

/** One letter for how Go's encoder treats the field, and the name of its type where an error would print it. */
function formOf(field: Field, home: string): string {
  const omit = field.options.includes('omitempty');
  if (field.type.startsWith('*')) return omit ? 'p' : 'P';
  if (/^(\[\]|map\[)/.test(field.type)) return omit ? 'l' : 'L';
  if (SCALARS.has(field.type)) return omit ? 's' : 'S';
  const { path, name } = locate(field.type, home);
  const qualified = `${loadPackage(path).name}.${name}`;
  switch (name) {
    case 'Time':
    case 'MicroTime':
      return field.options.includes('omitzero') ? 'z' : 'T';
    case 'Quantity':
      return 'Q';
    case 'IntOrString':
      return 'I';
    case 'RawExtension':
    case 'JSON':
    case 'FieldsV1':
    case 'Duration':
      return 'x';
    default:
  }
  const declared = loadPackage(path).types.get(name);
  if (declared === undefined) throw new Error(`${home}: the type ${field.type} is not known`);
  if (declared.form === 'collection') return omit ? 'l' : 'L';
  if (declared.form === 'scalar') return `${omit ? 's' : 'S'}:${qualified}`;
  return field.options.includes('omitzero') ? 'z' : 't';
}

function formsOf(path: string, type: string): Record<string, string> | undefined {
  const declared = loadPackage(path).types.get(type);
  if (declared?.form !== 'struct') return undefined;
  const forms: Record<string, string> = {};
  for (const field of declared.fields) {
    if (field.name === '-') continue;
    if (field.name === '' && field.options.includes('inline')) {
      const at = locate(field.type, path);
      Object.assign(forms, formsOf(at.path, at.name) ?? {});
    } else if (field.name !== '') {
      forms[field.name] = formOf(field, path);
    }
  }
  return forms;
}

const table: Record<string, Record<string, string>> = {};
for (const group of apiGroups()) {
  for (const { version: served } of group.versions) {
    const schemas = getPath(openApiDocument(group.name, served), 'components', 'schemas');
    if (!isJsonObject(schemas)) continue;
    for (const name of Object.keys(schemas)) {
      const dot = name.lastIndexOf('.');
      const forms = formsOf(pathOf(name.slice(0, dot)), name.slice(dot + 1));
      if (forms !== undefined && Object.keys(forms).length > 0) table[name] = forms;
    }
  }
}
/** Structs whose Go fields the dump does not read off the source. */
const OPAQUE = new Set(['Time', 'Quantity', 'IntOrString', 'FieldsV1']);

/** The Go structs that a pod template is made of, with their fields in order: what its hash is computed from. */
function podTemplateStructs(): Record<string, readonly (readonly string[])[]> {
  const structs: Record<string, readonly (readonly string[])[]> = {};
  const visit = (type: string, home: string): string => {
    if (type.startsWith('*')) return `*${visit(type.slice(1), home)}`;
    if (type.startsWith('[]')) return `[]${visit(type.slice(2), home)}`;
    if (type.startsWith('map[')) {
      const end = type.indexOf(']');
      return `map[${visit(type.slice(4, end), home)}]${visit(type.slice(end + 1), home)}`;
    }
    if (SCALARS.has(type)) return type;
    const { path, name } = locate(type, home);
    const shown = `${loadPackage(path).name}.${name}`;
    const declared = loadPackage(path).types.get(name);
    if (OPAQUE.has(name)) return shown;
    if (declared?.form !== 'struct')
      return declared?.form === 'collection' ? `${shown}=${collectionOf(path, name)}` : `${shown}=scalar`;
    if (Object.hasOwn(structs, shown)) return shown;
    structs[shown] = [];
    structs[shown] = declared.fields.map((field) => [field.goName, field.name, visit(field.type, path)]);
    return shown;
  };
  const collectionOf = (path: string, name: string): string =>
    name === 'ResourceList' ? 'map[v1.ResourceName=scalar]resource.Quantity' : `unknown ${path}`;
  visit('PodTemplateSpec', 'k8s.io/api/core/v1');
  return structs;
}

const structs = gzipSync(JSON.stringify(podTemplateStructs()), { level: 9 }).toString('base64');
writeFileSync(
  `${generated}pod-template-structs.ts`,
  `// Written by scripts/sandbox/field-data.ts; do not edit.\n/** Go struct → [Go name, JSON name, Go type] of each field, in order: JSON, gzip, base64. */\nexport const packedPodTemplateStructs =\n  '${structs}';\n`,
);
const packed = gzipSync(JSON.stringify(table), { level: 9 }).toString('base64');
writeFileSync(
  `${generated}field-forms.ts`,
  `// Written by scripts/sandbox/field-data.ts; do not edit.\n/** Schema name → field → form: JSON, gzip, base64. */\nexport const packedFieldForms =\n  '${packed}';\n`,
);
process.stdout.write(`${Object.keys(table).length} schemas\n`);
