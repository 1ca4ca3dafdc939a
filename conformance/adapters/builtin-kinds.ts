import { gvkOf, mergeMetadataFromOpenApi, type GroupVersionKind, type KubernetesObject } from '@capstan/object';
import { fromOpenApi, type TypesByKind } from '@capstan/object/merge';
import { apiGroups, canonicalForm, defaultsFor, openApiDocument } from '@capstan/sandbox/kinds';
import type { SideRules } from '@capstan/diff';

const types = new Map<string, TypesByKind>();

/** What Kubernetes knows of a built-in kind; a version that is no longer served is read as the newest one that is. */
export function builtinRules(
  gvk: GroupVersionKind,
): Pick<SideRules, 'merge' | 'types' | 'isCustom' | 'hasStatus' | 'canonical' | 'defaults'> {
  const served = servedVersion(gvk);
  const document = served === undefined ? undefined : openApiDocument(served.group, served.version);
  if (served === undefined || document === undefined)
    return { merge: undefined, types: undefined, isCustom: true, hasStatus: true };
  const key = `${served.group}/${served.version}`;
  const known = types.get(key) ?? fromOpenApi(document);
  types.set(key, known);
  const defaults = defaultsFor(served);
  return {
    merge: mergeMetadataFromOpenApi(document, served),
    types: { typeOf: ({ kind }) => known.typeOf({ ...served, kind }) },
    isCustom: false,
    hasStatus: true,
    canonical: (object) => asServed(object, served, canonicalForm),
    ...(defaults === undefined ? {} : { defaults: (object) => asServed(object, served, defaults) }),
  };
}

function servedVersion(gvk: GroupVersionKind): GroupVersionKind | undefined {
  const versions = apiGroups().find(({ name }) => name === gvk.group)?.versions ?? [];
  const having = versions.filter(({ resources }) => resources.some(({ kind }) => kind === gvk.kind));
  const version = having.find(({ version: name }) => name === gvk.version) ?? having[0];
  return version && { ...gvk, version: version.version };
}

function asServed(
  object: KubernetesObject,
  { group, version }: GroupVersionKind,
  change: (object: KubernetesObject) => KubernetesObject,
): KubernetesObject {
  const { apiVersion } = object;
  if (gvkOf(object).version === version) return change(object);
  return { ...change({ ...object, apiVersion: `${group}/${version}` }), apiVersion };
}
