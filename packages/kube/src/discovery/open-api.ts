import { isCapstanError } from '@capstan/errors';
import { getKey, getPath, isJsonObject, type GroupVersionKind, type JsonObject, type JsonValue } from '@capstan/object';
import { decodeMapping } from '../client/object-codec.ts';
import type { KindSchema, OpenApiDocument } from './discovery.ts';
import type { ReadPath } from './read-discovery.ts';

/** OpenAPI v3 documents of a cluster: the index is read once until `invalidate`, a document once a hash. */
export interface OpenApiStore {
  document(group: string, version: string): Promise<OpenApiDocument | undefined>;
  schema(kind: GroupVersionKind): Promise<KindSchema | undefined>;
  invalidate(): void;
}

interface Stored extends OpenApiDocument {
  /** Schema names by `group/version/Kind`. */
  readonly names: ReadonlyMap<string, string>;
}

/** Makes the store. */
export function openApiStore(read: ReadPath): OpenApiStore {
  let index: Promise<ReadonlyMap<string, string>> | undefined;
  const documents = new Map<string, { readonly url: string; readonly stored: Promise<Stored> }>();

  const readIndex = (): Promise<ReadonlyMap<string, string>> => {
    const reading = (index ??= fetchIndex(read));
    reading.catch(() => {
      if (index === reading) index = undefined;
    });
    return reading;
  };

  const document = async (group: string, version: string): Promise<Stored | undefined> => {
    const path = group === '' ? `api/${version}` : `apis/${group}/${version}`;
    const url = (await readIndex()).get(path);
    if (url === undefined) {
      documents.delete(path);
      return undefined;
    }
    const known = documents.get(path);
    if (known?.url === url) return known.stored;
    const stored = fetchDocument(read, url);
    const entry = { url, stored };
    documents.set(path, entry);
    stored.catch(() => {
      if (documents.get(path) === entry) documents.delete(path);
    });
    return stored;
  };

  return {
    document,
    schema: async (kind) => {
      const stored = await document(kind.group, kind.version);
      const schemaName = stored?.names.get(`${kind.group}/${kind.version}/${kind.kind}`);
      return stored === undefined || schemaName === undefined ? undefined : { ...stored, schemaName };
    },
    invalidate: () => {
      index = undefined;
    },
  };
}

async function fetchIndex(read: ReadPath): Promise<ReadonlyMap<string, string>> {
  let answer: JsonObject;
  try {
    answer = decodeMapping(await read('/openapi/v3'));
  } catch (error) {
    // A server before 1.24 has none: then there are no schemas, which is an answer.
    if (isCapstanError(error, 'KUBE_KIND_UNKNOWN', 'KUBE_NOT_FOUND')) return new Map();
    throw error;
  }
  const paths = getKey(answer, 'paths');
  const found = new Map<string, string>();
  for (const [path, entry] of isJsonObject(paths) ? Object.entries(paths) : []) {
    const url = getPath(entry, 'serverRelativeURL');
    if (typeof url === 'string' && url.startsWith('/')) found.set(path, url);
  }
  return found;
}

async function fetchDocument(read: ReadPath, url: string): Promise<Stored> {
  const document = decodeMapping(await read(url));
  const hash = new URL(url, 'http://unused').searchParams.get('hash') ?? url;
  return { hash, document, names: schemaNames(document) };
}

function schemaNames(document: JsonObject): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const schemas = getPath(document, 'components', 'schemas');
  for (const [name, schema] of isJsonObject(schemas) ? Object.entries(schemas) : []) {
    const kinds = getPath(schema, 'x-kubernetes-group-version-kind');
    for (const kind of Array.isArray(kinds) ? (kinds as readonly JsonValue[]) : []) {
      const key = `${part(kind, 'group')}/${part(kind, 'version')}/${part(kind, 'kind')}`;
      if (!names.has(key)) names.set(key, name);
    }
  }
  return names;
}

function part(kind: JsonValue, key: string): string {
  const value = getPath(kind, key);
  return typeof value === 'string' ? value : '';
}
