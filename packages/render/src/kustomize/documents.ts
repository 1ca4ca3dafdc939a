import { isCapstanError, messageOf } from '@capstan/errors';
import { isJsonObject, parseJson, type JsonArray, type JsonObject, type JsonValue } from '@capstan/object';
import { parseDocuments, parseNodes, splitKustomizeStream, type YamlDocument, type YamlNode } from '@capstan/yaml';
import { noteSchemas } from './comment-schema.ts';
import { beyondLimit, invalid } from './problem.ts';
import { Resource } from './resource.ts';
import { takeWritten } from './written.ts';
import { field, isMapping, ownValue, textField, type Mapping } from './value.ts';

/** Most lists that may stand inside each other; deeper ones throw RENDER_LIMIT. */
const MAX_LISTS = 100;

/**
 * The resources in a YAML text as kustomize reads them: documents without content are left out, lists are replaced by
 * their items. Throws RENDER_INVALID, naming the file and the line, for what is no resource.
 */
export function readResources(text: string | Uint8Array, path: string): Resource[] {
  const resources: Resource[] = [];
  let document = 0;
  for (const { value, line, node, text: part } of parseAll(text, path)) {
    const place = { path, document: document++, line };
    if (value === null || (isJsonObject(value) && Object.keys(value).length === 0)) continue;
    if (!isJsonObject(value)) {
      throw invalid(`${path}:${line}: a document is no mapping, so it is no resource`, { path, line });
    }
    const object = ownValue(value);
    const written = takeWritten(node, object);
    noteSchemas(part, object);
    const before = resources.length;
    addResource(object, place, resources, 0);
    const made = resources[before];
    if (made?.object === object) made.written = written;
  }
  return resources;
}

function addResource(object: Mapping, place: Resource['place'], into: Resource[], depth: number): void {
  if (depth > MAX_LISTS) throw beyondLimit(`${place.path}: lists stand inside each other more than ${MAX_LISTS} deep`);
  checkMetadata(object, place);
  const items = field(object, 'items');
  if (!textField(object, 'kind').endsWith('List') || items === undefined) {
    into.push(new Resource(object, place));
    return;
  }
  if (items === null) return;
  if (!Array.isArray(items)) {
    throw invalid(`${where(place)}: expected array in ${textField(object, 'kind')}/items`, { path: place.path });
  }
  for (const item of items) {
    if (item === null || (isMapping(item) && Object.keys(item).length === 0)) continue;
    if (!isMapping(item)) throw invalid(`${where(place)}: an item of a list is no mapping`, { path: place.path });
    addResource(item, place, into, depth + 1);
  }
}

function where({ path, line }: Resource['place']): string {
  return line === undefined ? path : `${path}:${line}`;
}

function checkMetadata(object: Mapping, place: Resource['place']): void {
  const data = { path: place.path, ...(place.line === undefined ? {} : { line: place.line }) };
  const kind = textField(object, 'kind');
  if (kind === '') throw invalid(`${where(place)}: missing kind in object`, data);
  if (kind.endsWith('List')) return;
  if (textField(field(object, 'metadata'), 'name') === '') {
    throw invalid(`${where(place)}: missing metadata.name in object of kind ${kind}`, data);
  }
}

/** A document with the text that it was read from. */
interface PartDocument extends YamlDocument {
  readonly text: string;
}

/**
 * The documents of a file as kustomize cuts it: at lines of dashes, before anything is parsed. Each is parsed when its
 * turn comes, so that the tree of one lives no longer than it is needed.
 */
function* parseAll(text: string | Uint8Array, path: string): Generator<PartDocument, void, undefined> {
  for (const part of readable(path, () => splitKustomizeStream(text, { source: path }))) {
    const [document] = readable(path, () =>
      parseDocuments(part.text, { rules: 'v3', documents: 'first', source: path, firstLine: part.line }),
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
export function readConfigFile(text: string | Uint8Array, path: string): JsonValue {
  try {
    // Of several documents the first counts, as for Go's yaml.Unmarshal.
    return parseDocuments(text, { rules: 'v2', documents: 'first', source: path })[0]?.value ?? null;
  } catch (error) {
    throw unreadable(error, path);
  }
}

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
