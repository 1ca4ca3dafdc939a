import { Buffer } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import type { JsonObject } from '@capstan/object';
import { packedApiGroups } from './generated/api-resources.ts';
import { packedDocuments } from './generated/openapi-documents.ts';

/** A subresource: `{name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale'}`; group and version as in the API's own list. */
export interface ApiSubresource {
  readonly name: string;
  readonly kind: string;
  /** Set where the kind belongs to another group than the resource (`scale`: autoscaling). */
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
}

/** A built-in resource, as discovery describes it. */
export interface ApiResource {
  readonly name: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly storageVersionHash: string;
  readonly subresources: readonly ApiSubresource[];
}

/** A built-in group with its versions, the preferred one first. The core group is `''`. */
export interface ApiGroup {
  readonly name: string;
  readonly versions: readonly { readonly version: string; readonly resources: readonly ApiResource[] }[];
}

let groups: readonly ApiGroup[] | undefined;
const documents = new Map<string, JsonObject>();
let resources: Map<string, ApiResource> | undefined;

/** The built-in API groups in the order of discovery; read from a real API server by scripts/sandbox/schema-data.ts. */
export function apiGroups(): readonly ApiGroup[] {
  groups ??= unpack(packedApiGroups) as readonly ApiGroup[];
  return groups;
}

/** The OpenAPI v3 document of a built-in group-version, without descriptions; undefined when there is none. */
export function openApiDocument(group: string, version: string): JsonObject | undefined {
  const key = group === '' ? version : `${group}/${version}`;
  const known = documents.get(key);
  if (known !== undefined) return known;
  if (!Object.hasOwn(packedDocuments, key)) return undefined;
  const document = unpack(packedDocuments[key] ?? '') as JsonObject;
  documents.set(key, document);
  return document;
}

/** A built-in resource by its plural name. */
export function builtinResource(group: string, version: string, resource: string): ApiResource | undefined {
  if (resources === undefined) {
    resources = new Map();
    for (const each of apiGroups()) {
      for (const { version: name, resources: list } of each.versions) {
        for (const entry of list) resources.set(`${each.name}/${name}/${entry.name}`, entry);
      }
    }
  }
  return resources.get(`${group}/${version}/${resource}`);
}

function unpack(packed: string): unknown {
  return JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString('utf8'));
}
