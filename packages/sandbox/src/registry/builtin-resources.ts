import type { KubernetesObject } from '@capstan/object';
import { tableFor } from '../columns/index.ts';
import { defaultsFor, prepareForCreate } from '../defaults/index.ts';
import { toStatusCause, validate } from '../validation/index.ts';
import { apiGroups, type ApiResource } from '../schema/index.ts';
import { builtinStrategy } from './builtin-strategy.ts';
import type { GroupEntry } from './resource-registry.ts';
import { apiVersionOf, type Resource } from './resource.ts';

/** Every built-in resource, as discovery orders them. */
export function builtinGroups(): readonly GroupEntry[] {
  return apiGroups().map((group) => ({
    name: group.name,
    versions: group.versions.map(({ version, resources }) => ({
      version,
      resources: resources.map((resource) => builtinResource(group.name, version, resource)),
    })),
  }));
}

function builtinResource(group: string, version: string, from: ApiResource): Resource {
  const gvk = { group, version, kind: from.kind };
  return {
    ...builtinStrategy(gvk),
    group,
    version,
    resource: from.name,
    singular: from.singular,
    kind: from.kind,
    listKind: `${from.kind}List`,
    namespaced: from.namespaced,
    verbs: from.verbs,
    shortNames: from.shortNames,
    categories: from.categories,
    subresources: from.subresources,
    storageVersionHash: from.storageVersionHash,
    collection: `${group}/${from.name}`,
    custom: false,
    applyDefaults: defaultsFor(gvk) ?? ((object) => object),
    prepareForCreate,
    validate: (object, old, subresource) => validate(gvk, object, old, subresource).map(toStatusCause),
    table: () => tableFor(gvk),
    scale: from.subresources.some((subresource) => subresource.name === 'scale') ? SCALE : undefined,
    fromStorage: (object) => withApiVersion(object, apiVersionOf({ group, version })),
    toStorage: (object) => object,
  };
}

const SCALE = {
  specReplicas: ['spec', 'replicas'],
  statusReplicas: ['status', 'replicas'],
  selector: undefined,
};

/** The object under another apiVersion of the same shape. */
export function withApiVersion(object: KubernetesObject, apiVersion: string): KubernetesObject {
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}
