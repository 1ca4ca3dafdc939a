import { getPath, isJsonObject, type JsonObject, type KubernetesObject } from '@capstan/object';
import { openApiDocument } from '../schema/index.ts';
import { badRequest } from './api-status-error.ts';
import type { Decoded } from './resource.ts';
import { decodeTyped } from './typed-decode.ts';

/** A kind in one version. */
export interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** A kind's schema: the document and the schema's name in it. `home` is the group in whose document it stands. */
export function kindSchema(of: Kind, home = of.group): { document: JsonObject; name: string } | undefined {
  const document = openApiDocument(home, of.version);
  const name = document === undefined ? undefined : schemaName(document, of);
  return document === undefined || name === undefined ? undefined : { document, name };
}

/**
 * Decodes an object of a built-in kind.
 * @throws ApiStatusError 400 where a value has a type that its field cannot hold
 */
export function decodeKind(of: Kind, object: KubernetesObject, home = of.group): Decoded {
  const schema = kindSchema(of, home);
  if (schema === undefined) return { object, unknown: [] };
  const decoded = decodeTyped(schema.document, schema.name, object);
  if (decoded.mismatch !== undefined) {
    throw badRequest(
      `${of.kind} in version ${JSON.stringify(of.version)} cannot be handled as a ${of.kind}: ${decoded.mismatch}`,
    );
  }
  return { object: asObject(decoded.value, object), unknown: decoded.unknown };
}

/** A decoded object, which keeps the type that was given. */
function asObject(value: unknown, given: KubernetesObject): KubernetesObject {
  if (!isJsonObject(value)) return given;
  const metadata = value['metadata'];
  return {
    ...value,
    apiVersion: given.apiVersion,
    kind: given.kind,
    metadata: isJsonObject(metadata) ? metadata : {},
  };
}

const names = new WeakMap<JsonObject, ReadonlyMap<string, string>>();

/** The name of a kind's schema in a document. */
function schemaName(document: JsonObject, of: Kind): string | undefined {
  let known = names.get(document);
  if (known === undefined) {
    known = new Map(indexKinds(document));
    names.set(document, known);
  }
  return known.get(`${of.group}/${of.version}/${of.kind}`);
}

function* indexKinds(document: JsonObject): Generator<readonly [string, string]> {
  const schemas = getPath(document, 'components', 'schemas');
  for (const [name, schema] of Object.entries(isJsonObject(schemas) ? schemas : {})) {
    const kinds = getPath(schema, 'x-kubernetes-group-version-kind');
    if (!Array.isArray(kinds)) continue;
    for (const entry of kinds) {
      if (!isJsonObject(entry)) continue;
      const { group, version, kind } = entry;
      if (typeof group === 'string' && typeof version === 'string' && typeof kind === 'string') {
        yield [`${group}/${version}/${kind}`, name];
      }
    }
  }
}
