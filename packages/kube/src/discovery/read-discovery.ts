import { messageOf } from '@capstan/errors';
import { getKey, getPath, isJsonObject, type JsonObject, type JsonValue } from '@capstan/object';
import { groupPath } from '../client/api-path.ts';
import { decodeMapping } from '../client/object-codec.ts';
import type { ApiResource } from './discovery.ts';
import type { DiscoveryReading } from './resource-table.ts';

const AGGREGATED = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat('application/json')
  .join(',');
/** Legacy discovery asks for each group-version; so many at a time. */
const LEGACY_PARALLEL = 6;

/** Reads a path as JSON text. */
export type ReadPath = (path: string, accept?: string) => Promise<string>;

/**
 * Reads what a cluster serves: aggregated discovery where there is one, else a request a group-version. Throws when
 * the list of groups itself cannot be read; a group that fails is reported as failed.
 */
export async function readDiscovery(read: ReadPath): Promise<DiscoveryReading> {
  const [core, groups] = await Promise.all([readRoot(read, '/api'), readRoot(read, '/apis')]);
  const failed = new Map<string, string>();
  for (const part of [core, groups]) for (const [group, why] of part.failed) failed.set(group, why);
  return { resources: [...core.resources, ...groups.resources], failed };
}

async function readRoot(read: ReadPath, path: '/api' | '/apis'): Promise<DiscoveryReading> {
  const answer = decodeMapping(await read(path, AGGREGATED));
  if (answer['kind'] === 'APIGroupDiscoveryList') return aggregated(answer);
  return legacy(read, path === '/api' ? coreVersions(answer) : groupVersions(answer));
}

function aggregated(answer: JsonObject): DiscoveryReading {
  const resources: ApiResource[] = [];
  const failed = new Map<string, string>();
  for (const group of list(answer, 'items')) {
    const name = text(getPath(group, 'metadata', 'name'));
    for (const version of list(group, 'versions')) {
      const versionName = text(getPath(version, 'version'));
      // The aggregator could not reach the server behind it: what it lists is old, or nothing.
      if (text(getPath(version, 'freshness')) === 'Stale') failed.set(name, `version ${versionName} is stale`);
      for (const resource of list(version, 'resources')) {
        resources.push(aggregatedResource(resource, name, versionName));
      }
    }
  }
  return { resources, failed };
}

function aggregatedResource(resource: JsonObject, group: string, version: string): ApiResource {
  return {
    // A resource may answer with a kind of another group-version.
    group: group,
    version: version,
    kind: text(getPath(resource, 'responseKind', 'kind')),
    resource: text(getKey(resource, 'resource')),
    singular: text(getKey(resource, 'singularResource')),
    shortNames: texts(getKey(resource, 'shortNames')),
    categories: texts(getKey(resource, 'categories')),
    namespaced: getKey(resource, 'scope') === 'Namespaced',
    verbs: texts(getKey(resource, 'verbs')),
    subresources: list(resource, 'subresources').map((sub) => text(getKey(sub, 'subresource'))),
  };
}

interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

function coreVersions(answer: JsonObject): readonly GroupVersion[] {
  return texts(getKey(answer, 'versions')).map((version) => ({ group: '', version }));
}

function groupVersions(answer: JsonObject): readonly GroupVersion[] {
  return list(answer, 'groups').flatMap((group) => {
    const name = text(getKey(group, 'name'));
    const preferred = text(getPath(group, 'preferredVersion', 'version'));
    const versions = list(group, 'versions').map((version) => text(getKey(version, 'version')));
    return [...new Set([preferred, ...versions])].filter((v) => v !== '').map((version) => ({ group: name, version }));
  });
}

async function legacy(read: ReadPath, versions: readonly GroupVersion[]): Promise<DiscoveryReading> {
  const failed = new Map<string, string>();
  const found: (readonly ApiResource[])[] = versions.map(() => []);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < versions.length; at = next++) {
      const version = versions[at];
      if (version === undefined) return;
      try {
        found[at] = legacyResources(decodeMapping(await read(groupPath(version.group, version.version))), version);
      } catch (error) {
        failed.set(version.group, messageOf(error));
      }
    }
  };
  await Promise.all(Array.from({ length: LEGACY_PARALLEL }, worker));
  return { resources: found.flat(), failed };
}

function legacyResources(answer: JsonObject, { group, version }: GroupVersion): readonly ApiResource[] {
  const all = list(answer, 'resources');
  const subresources = new Map<string, string[]>();
  for (const entry of all) {
    const [parent = '', ...sub] = text(getKey(entry, 'name')).split('/');
    if (sub.length === 0) continue;
    const names = subresources.get(parent);
    if (names === undefined) subresources.set(parent, [sub.join('/')]);
    else names.push(sub.join('/'));
  }
  return all
    .filter((entry) => !text(getKey(entry, 'name')).includes('/'))
    .map((entry) => ({
      group,
      version,
      kind: text(getKey(entry, 'kind')),
      resource: text(getKey(entry, 'name')),
      singular: text(getKey(entry, 'singularName')),
      shortNames: texts(getKey(entry, 'shortNames')),
      categories: texts(getKey(entry, 'categories')),
      namespaced: getKey(entry, 'namespaced') === true,
      verbs: texts(getKey(entry, 'verbs')),
      subresources: subresources.get(text(getKey(entry, 'name'))) ?? [],
    }));
}

function list(value: JsonObject, key: string): readonly JsonObject[] {
  const items = getKey(value, key);
  return Array.isArray(items) ? (items as readonly JsonValue[]).filter(isJsonObject) : [];
}

function texts(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value)
    ? (value as readonly JsonValue[]).filter((item): item is string => typeof item === 'string')
    : [];
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
