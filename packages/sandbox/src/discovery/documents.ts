import type { JsonObject } from '@capstan/object';
import type { GroupEntry, ResourceRegistry } from '../registry/resource-registry.ts';
import { apiVersionOf, type Resource, type Subresource } from '../registry/resource.ts';
import { serverVersion } from '../schema/index.ts';

/** `/version`. */
export function versionDocument(): JsonObject {
  return { ...serverVersion };
}

/** `/api`. */
export function legacyVersions(address: string): JsonObject {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
  };
}

/** `/apis`. */
export function groupList(registry: ResourceRegistry): JsonObject {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: named(registry).map((group) => groupEntry(group)) };
}

/** `/apis/GROUP`; undefined for a group that is not served. */
export function groupDocument(registry: ResourceRegistry, name: string): JsonObject | undefined {
  const group = named(registry).find((entry) => entry.name === name);
  return group === undefined ? undefined : { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(group) };
}

/** The resources of a group-version; undefined for one that is not served. */
export function resourceList(registry: ResourceRegistry, name: string, version: string): JsonObject | undefined {
  const group = registry.groups().find((entry) => entry.name === name);
  const served = group?.versions.find((entry) => entry.version === version);
  if (served === undefined) return undefined;
  return {
    kind: 'APIResourceList',
    ...(name === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: apiVersionOf({ group: name, version }),
    resources: served.resources.flatMap((resource) => [
      resourceEntry(resource),
      ...resource.subresources.map((subresource) => subresourceEntry(resource, subresource)),
    ]),
  };
}

/** The aggregated document of `/api` (core) or `/apis` (all other groups). */
export function aggregated(registry: ResourceRegistry, core: boolean): JsonObject {
  const groups = registry.groups().filter((group) => (group.name === '') === core);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map((group) => ({
      metadata: group.name === '' ? { creationTimestamp: null } : { name: group.name, creationTimestamp: null },
      versions: group.versions.map(({ version, resources }) => ({
        version,
        resources: resources.map((resource) => aggregatedEntry(resource)),
        freshness: 'Current',
      })),
    })),
  };
}

function named(registry: ResourceRegistry): readonly GroupEntry[] {
  return registry.groups().filter((group) => group.name !== '');
}

function groupEntry(group: GroupEntry): JsonObject {
  const versions = group.versions.map(({ version }) => ({ groupVersion: `${group.name}/${version}`, version }));
  return { name: group.name, versions, preferredVersion: versions[0] ?? {} };
}

function resourceEntry(resource: Resource): JsonObject {
  return {
    name: resource.resource,
    singularName: resource.singular,
    namespaced: resource.namespaced,
    kind: resource.kind,
    verbs: resource.verbs,
    ...(resource.shortNames.length === 0 ? {} : { shortNames: resource.shortNames }),
    ...(resource.categories.length === 0 ? {} : { categories: resource.categories }),
    ...(resource.storageVersionHash === '' ? {} : { storageVersionHash: resource.storageVersionHash }),
  };
}

function subresourceEntry(resource: Resource, subresource: Subresource): JsonObject {
  return {
    name: `${resource.resource}/${subresource.name}`,
    singularName: '',
    namespaced: resource.namespaced,
    ...(subresource.group === undefined ? {} : { group: subresource.group }),
    ...(subresource.version === undefined ? {} : { version: subresource.version }),
    kind: subresource.kind,
    verbs: subresource.verbs,
  };
}

function aggregatedEntry(resource: Resource): JsonObject {
  const { group, version } = resource;
  return {
    resource: resource.resource,
    responseKind: { group, version, kind: resource.kind },
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: resource.verbs,
    ...(resource.shortNames.length === 0 ? {} : { shortNames: resource.shortNames }),
    ...(resource.categories.length === 0 ? {} : { categories: resource.categories }),
    ...(resource.subresources.length === 0
      ? {}
      : { subresources: resource.subresources.map((entry) => aggregatedSubresource(resource, entry)) }),
  };
}

function aggregatedSubresource(resource: Resource, subresource: Subresource): JsonObject {
  return {
    subresource: subresource.name,
    responseKind: {
      group: subresource.group ?? resource.group,
      version: subresource.version ?? resource.version,
      kind: subresource.kind,
    },
    verbs: subresource.verbs,
  };
}
