import { base64, decodeUtf8 } from './bytes.ts';
import type { GeneratorArgs, GeneratorOptions } from './kustomization.ts';
import { invalid } from './problem.ts';
import { putString } from './put-string.ts';
import { Resource, type Behavior, type Place } from './resource.ts';
import { noteScalar } from './scalar-notes.ts';
import { noteNewKey } from './unprintable.ts';
import { field, isMapping, setField, sortedKeys, type Mapping } from './value.ts';

/** Reads a file below the kustomization. */
export type ReadFile = (path: string) => Uint8Array;

const BEHAVIORS: readonly Behavior[] = ['create', 'replace', 'merge'];
/** The longest line of a file of variables that Go reads; it stops at a longer one, without a word. */
const MAX_ENV_LINE = 65_535;
/** Line length after which kustomize breaks base64. */
const BASE64_LINE = 70;

/** The options of one generator with those of `generatorOptions` where it has none of its own. */
export function mergeOptions(
  local: GeneratorOptions | undefined,
  global: GeneratorOptions | undefined,
): GeneratorOptions {
  return {
    labels: { ...global?.labels, ...local?.labels },
    annotations: { ...global?.annotations, ...local?.annotations },
    disableNameSuffixHash: local?.disableNameSuffixHash === true || global?.disableNameSuffixHash === true,
    immutable: local?.immutable === true || global?.immutable === true,
  };
}

/** Makes a ConfigMap or a Secret. Throws RENDER_INVALID for what kustomize refuses. */
export function generate(
  kind: 'ConfigMap' | 'Secret',
  args: GeneratorArgs,
  options: GeneratorOptions,
  read: ReadFile,
  place: Place,
): Resource {
  const name = args.name ?? '';
  if (name === '') throw invalid(`${place.path}: a configmap must have a name`, { path: place.path });
  const object: Mapping = { apiVersion: 'v1', kind };
  const metadata: Mapping = { name };
  setField(object, 'metadata', metadata);
  if (args.namespace !== undefined && args.namespace !== '') setField(metadata, 'namespace', args.namespace);
  if (kind === 'Secret') setField(object, 'type', args.type === undefined || args.type === '' ? 'Opaque' : args.type);
  fillData(object, kind, loadPairs(args, read, place));
  const resource = new Resource(object, place);
  const { labels = {}, annotations = {} } = options;
  setQuoted(resource, 'labels', labels);
  setQuoted(resource, 'annotations', annotations);
  if (options.immutable === true) setField(object, 'immutable', true);
  resource.needsHash = options.disableNameSuffixHash !== true;
  resource.behavior = BEHAVIORS.find((behavior) => behavior === args.behavior) ?? 'unspecified';
  return resource;
}

/** Labels and annotations of what is generated stand in quotes, whatever they are. */
function setQuoted(resource: Resource, name: 'labels' | 'annotations', texts: Readonly<Record<string, string>>): void {
  const keys = Object.keys(texts);
  if (keys.length === 0) return;
  resource.setTexts(name, texts);
  const mapping = field(resource.metadata(), name);
  if (!isMapping(mapping)) return;
  for (const key of keys) {
    const text = texts[key] ?? '';
    noteScalar(mapping, key, { value: text, text, style: 'quoted', quotes: 'single' });
  }
}

function fillData(
  object: Mapping,
  kind: 'ConfigMap' | 'Secret',
  pairs: ReadonlyMap<string, Uint8Array | string>,
): void {
  const data: Mapping = {};
  const binary: Mapping = {};
  for (const key of sortedKeys(Object.fromEntries(pairs))) {
    const content = pairs.get(key) ?? '';
    const text =
      kind === 'Secret' ? brokenBase64(content) : typeof content === 'string' ? content : decodeUtf8(content);
    if (text === undefined) putText(binary, key, brokenBase64(content));
    else putText(data, key, text);
  }
  if (Object.keys(data).length > 0 || kind === 'Secret') setField(object, 'data', data);
  if (Object.keys(binary).length > 0) setField(object, 'binaryData', binary);
}

/** Puts a text into `data` or `binaryData`, its key without quotes, as kustomize does. */
export function putText(data: Mapping, key: string, text: string): void {
  putString(data, key, text);
  noteNewKey(data, key);
}

function brokenBase64(content: Uint8Array | string): string {
  const text = base64(typeof content === 'string' ? new TextEncoder().encode(content) : content);
  if (text.length < BASE64_LINE) return text;
  let broken = '';
  for (let at = 0; at < text.length; at += BASE64_LINE) broken += `${text.slice(at, at + BASE64_LINE)}\n`;
  return broken;
}

function loadPairs(args: GeneratorArgs, read: ReadFile, place: Place): Map<string, Uint8Array | string> {
  const pairs = new Map<string, Uint8Array | string>();
  const add = (key: string, value: Uint8Array | string): void => {
    if (pairs.has(key)) {
      throw invalid(`${place.path}: configmap ${args.name ?? ''} illegally repeats the key \`${key}\``, {
        path: place.path,
      });
    }
    pairs.set(key, value);
  };
  for (const path of args.envs ?? []) for (const [key, value] of readEnv(read(path), path)) add(key, value);
  for (const literal of args.literals ?? []) add(...readLiteral(literal, args.name ?? '', place));
  for (const source of args.files ?? []) {
    const [key, path] = splitFileSource(source, place);
    add(key, read(path));
  }
  return pairs;
}

function readLiteral(literal: string, name: string, place: Place): [string, string] {
  const equals = literal.indexOf('=');
  if (equals <= 0)
    throw invalid(`${place.path}: a literal of the generator ${name} is no key=value`, { path: place.path });
  const value = literal.slice(equals + 1);
  const quote = value[0];
  const quoted = value.length >= 2 && (quote === '"' || quote === "'") && value.endsWith(quote);
  return [literal.slice(0, equals), quoted ? value.slice(1, -1) : value];
}

/** The key and the path that an entry of `files` means. */
export function splitFileSource(source: string, place: Place): [string, string] {
  const parts = source.split('=');
  const [key = '', path = ''] = parts;
  if (parts.length === 1) return [source.slice(source.lastIndexOf('/') + 1), source];
  if (parts.length > 2) {
    throw invalid(`${place.path}: source "${source}" key name or file path contains '='`, { path: place.path });
  }
  if (key === '')
    throw invalid(`${place.path}: missing key name for file path "${path}" in source "${source}"`, {
      path: place.path,
    });
  if (path === '')
    throw invalid(`${place.path}: missing file path for key name "${key}" in source "${source}"`, { path: place.path });
  return [key, path];
}

function readEnv(bytes: Uint8Array, path: string): [string, string][] {
  const pairs: [string, string][] = [];
  for (let start = 0, line = 1; start < bytes.length; line++) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline;
    if (end - start > MAX_ENV_LINE) break;
    const text = decodeUtf8(bytes.subarray(start, end));
    if (text === undefined) throw invalid(`${path}: line ${line} is not valid UTF-8`, { path, line });
    const pair = readEnvLine(line === 1 ? text.replace(/^\uFEFF/, '') : text);
    if (pair !== undefined) pairs.push(pair);
    start = end + 1;
  }
  return pairs;
}

/** A line of a file of variables; kustomize takes any name, and passes over lines that have none. */
function readEnvLine(text: string): [string, string] | undefined {
  const line = text
    .replace(/\r$/, '')
    .replace(/^[\t\n\v\f\r \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+/, '');
  if (line.startsWith('#')) return undefined;
  const equals = line.indexOf('=');
  const key = equals < 0 ? line : line.slice(0, equals);
  return key === '' ? undefined : [key, equals < 0 ? '' : line.slice(equals + 1)];
}
