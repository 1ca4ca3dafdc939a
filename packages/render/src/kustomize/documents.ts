import { isCapstanError, messageOf } from '@capstan/errors';
import { isJsonObject, parseJson, type JsonArray, type JsonObject, type JsonValue } from '@capstan/object';
import {
  parseDocuments,
  parseNodes,
  splitKustomizeStream,
  type StreamPart,
  type YamlDocument,
  type YamlNode,
} from '@capstan/yaml';
import { refuseControlCharacters } from './control-characters.ts';
import { noteSchemas } from './comment-schema.ts';
import { beyondLimit, invalid } from './problem.ts';
import { Resource } from './resource.ts';
import type { Scopes } from './schema.ts';
import { refuseUnprintable } from './unprintable.ts';
import { takeWritten } from './written.ts';
import { field, isMapping, ownValue, plainCopy } from './value.ts';

/** Most lists that may stand inside each other; deeper ones throw RENDER_LIMIT. */
const MAX_LISTS = 100;

/**
 * The resources in a YAML text as kustomize reads them: documents without content are left out, lists are replaced by
 * their items. Throws RENDER_INVALID, naming the file and the line, for what is no resource.
 * `scopes` tell which kinds stand outside of namespaces, where more is known of that than without a schema.
 */
export function readResources(text: string | Uint8Array, path: string, scopes?: Scopes): Resource[] {
  const parts = readable(path, () => splitKustomizeStream(text, { source: path }));
  const resources: Resource[] = [];
  let document = 0;
  for (const { value, line, node, text: part } of parseAll(parts, path)) {
    const place = { path, document: document++, line };
    if (value === null || (isJsonObject(value) && Object.keys(value).length === 0)) continue;
    if (!isJsonObject(value)) {
      throw invalid(`${path}:${line}: a document is no mapping, so it is no resource`, { path, line });
    }
    const object = ownValue(value);
    const resource = new Resource(object, place, scopes);
    resource.readsOtherwise = takeWritten(node, object);
    noteSchemas(part, object);
    if (parts.length === 1 && isWrapper(resource)) resources.push(...itemsOf(resource, scopes));
    else resources.push(isList(resource) ? resource : checked(resource));
  }
  return withoutLists(resources, scopes);
}

/** Kinds of which the only one in a file gives way to its items as they are written. */
const WRAPPERS = ['List', 'ResourceList'];

function isWrapper({ object, kind }: Resource): boolean {
  return WRAPPERS.includes(kind) && ['items', 'functionConfig'].some((key) => field(object, key) !== undefined);
}

/** Lists replaced by their items, which kustomize puts behind all that is in the text. */
function withoutLists(resources: Resource[], scopes: Scopes | undefined): Resource[] {
  if (!resources.some(isList)) return resources;
  const result: Resource[] = [];
  let level = resources;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_LISTS) {
      throw beyondLimit(`${level[0]?.place.path ?? ''}: lists stand inside each other more than ${MAX_LISTS} deep`);
    }
    result.push(...level.filter((resource) => !isList(resource)));
    level = level.filter(isList).flatMap((list) => itemsOf(plain(list), scopes));
  }
  return result;
}

function isList({ object, kind }: Resource): boolean {
  return kind.endsWith('List') && field(object, 'items') !== undefined;
}

/** Kustomize reads items through JSON, so that nothing is left of how they were written. */
function plain(list: Resource): Resource {
  refuseUnprintable([list]);
  refuseControlCharacters(list.object, `${where(list.place)}: an item of a list`, list.place.path);
  return new Resource(plainCopy(list.object), list.place);
}

function itemsOf({ object, kind, place, readsOtherwise }: Resource, scopes: Scopes | undefined): Resource[] {
  const items = field(object, 'items') ?? [];
  if (!Array.isArray(items)) {
    throw invalid(`${where(place)}: expected array in ${kind}/items`, { path: place.path });
  }
  return items.flatMap((item) => {
    if (item === null || (isMapping(item) && Object.keys(item).length === 0)) return [];
    if (!isMapping(item)) throw invalid(`${where(place)}: an item of a list is no mapping`, { path: place.path });
    const resource = new Resource(item, place, scopes);
    resource.readsOtherwise = readsOtherwise;
    return [checked(resource)];
  });
}

function where({ path, line }: Resource['place']): string {
  return line === undefined ? path : `${path}:${line}`;
}

/** A resource that has what each needs; others throw RENDER_INVALID. */
function checked(resource: Resource): Resource {
  const { kind, name, place } = resource;
  const data = { path: place.path, ...(place.line === undefined ? {} : { line: place.line }) };
  if (kind === '') throw invalid(`${where(place)}: missing kind in object`, data);
  if (!kind.endsWith('List') && name === '') {
    throw invalid(`${where(place)}: missing metadata.name in object of kind ${kind}`, data);
  }
  return resource;
}

/** A document with the text that it was read from. */
interface PartDocument extends YamlDocument {
  readonly text: string;
}

/**
 * The documents of a file as kustomize cuts it: at lines of dashes, before anything is parsed. Each is parsed when its
 * turn comes, so that the tree of one lives no longer than it is needed.
 */
function* parseAll(parts: readonly StreamPart[], path: string): Generator<PartDocument, void, undefined> {
  for (const part of parts) {
    const [document] = readable(path, () =>
      parseDocuments(part.text, {
        rules: 'v3',
        documents: 'first',
        source: path,
        firstLine: part.line,
        nonFinite: 'kept',
        nonTextKeys: 'kept',
        duplicateKeys: 'first',
        // What kustomize reads again is what it prints in the end: `readAgain`.
        reprinted: false,
      }),
    );
    if (document !== undefined) yield { ...document, text: part.text };
  }
}

function readable<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw unreadable(error, path);
  }
}

/** What the YAML package says, as an error of a render; its messages name the file and the line. */
function unreadable(error: unknown, path: string): unknown {
  return isCapstanError(error) ? invalid(messageOf(error), { ...error.data, path }, error) : error;
}

/** A kustomization, transformer configuration or other file for the engine, as yaml.v2 reads it. */
export function readConfigFile(
  text: string | Uint8Array,
  path: string,
  duplicateKeys: 'error' | 'last' = 'last',
): JsonValue {
  try {
    // Of several documents the first counts, as for Go's yaml.Unmarshal.
    return parseDocuments(text, { rules: 'v2', documents: 'first', source: path, duplicateKeys })[0]?.value ?? null;
  } catch (error) {
    throw unreadable(error, path);
  }
}

/** A file of schemas: what begins as JSON has to be JSON, and Go minds a key that stands twice in a schema of it. */
export function readSchemaFile(bytes: Uint8Array, path: string): JsonValue {
  if (bytes.length === 0) throw invalid(`${path}: a file of schemas cannot be empty`, { path });
  if (bytes[0] !== OPENING_BRACE) return readConfigFile(bytes, path);
  try {
    parseJson(new TextDecoder().decode(bytes));
  } catch (error) {
    throw invalid(`unable to parse open API definition from '${path}': ${messageOf(error)}`, { path }, error);
  }
  return readConfigFile(bytes, path, 'error');
}

const OPENING_BRACE = 0x7b;

/** The operations of a JSON patch, written as JSON or YAML; undefined for a text that is none. */
export function readPatchDocument(text: string, path: string): readonly JsonObject[] | undefined {
  let value: JsonValue;
  try {
    value = text.startsWith('[') ? parseJson(text) : readConfigFile(text, path);
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  const operations = (value as JsonArray).filter((item) => isJsonObject(item));
  return operations.length === value.length ? operations : undefined;
}

/** The line on which `value` stands as a scalar in a YAML text, from 1; undefined where it does not. */
export function lineOfText(text: string, value: string): number | undefined {
  const [root] = parseNodes(text);
  return root === undefined ? undefined : lineIn(root, value);
}

function lineIn(node: YamlNode, value: string): number | undefined {
  if (node.kind === 'scalar') return node.value === value ? node.line : undefined;
  for (const item of node.content) {
    const line = lineIn(item, value);
    if (line !== undefined) return line;
  }
  return undefined;
}
