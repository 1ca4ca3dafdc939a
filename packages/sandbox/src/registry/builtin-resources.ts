import type { KubernetesObject } from '@capstan/object';
import { tableFor } from '../columns/index.ts';
import { definitionErrors } from '../crd/validate-definition.ts';
import { defaultsFor, prepareForCreate } from '../defaults/index.ts';
import { toStatusCause, validate } from '../validation/index.ts';
import { apiGroups, type ApiResource } from '../schema/index.ts';
import { builtinStrategy } from './builtin-strategy.ts';
import { conversionOf, type Conversion } from './conversions.ts';
import type { GroupEntry } from './resource-registry.ts';
import type { Resource } from './resource.ts';

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
  const conversion = conversionOf(group, version, from.name);
  const isDefinition = from.kind === 'CustomResourceDefinition';
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
    collection: conversion?.collection ?? `${group}/${from.name}`,
    custom: false,
    applyDefaults: defaultsFor(gvk) ?? ((object) => object),
    prepareForCreate,
    validate: (object, old, subresource) => [
      ...(isDefinition ? definitionErrors(object, old) : []),
      ...validate(gvk, object, old, subresource).map(toStatusCause),
    ],
    table: () => tableFor(gvk),
    scale: from.subresources.some((subresource) => subresource.name === 'scale') ? SCALE : undefined,
    fromStorage: conversion === undefined ? (object) => object : converted(conversion),
    toStorage: (object) => conversion?.toStorage(object) ?? object,
  };
}

/** Gives stored objects in another shape, each once. */
function converted(conversion: Conversion): (object: KubernetesObject) => KubernetesObject {
  const known = new WeakMap<KubernetesObject, KubernetesObject>();
  return (object) => {
    let found = known.get(object);
    if (found === undefined) {
      found = conversion.fromStorage(object);
      known.set(object, found);
    }
    return found;
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
