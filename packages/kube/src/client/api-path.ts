import { CapstanError } from '@capstan/errors';
import type { VersionedRef } from '@capstan/object';
import type { ApiResource } from '../discovery/discovery.ts';

/** A query: undefined and '' are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The path of a group-version: `/api/v1`, `/apis/apps/v1`. */
export function groupPath(group: string, version: string): string {
  return group === ''
    ? `/api/${encodeURIComponent(version)}`
    : `/apis/${encodeURIComponent(group)}/${encodeURIComponent(version)}`;
}

/** The path of a kind's collection, in one namespace or in all. */
export function collectionPath(resource: ApiResource, namespace: string | undefined): string {
  const base = groupPath(resource.group, resource.version);
  const inside = resource.namespaced && namespace !== undefined && namespace !== '';
  return inside
    ? `${base}/namespaces/${segment(namespace, 'namespace')}/${resource.resource}`
    : `${base}/${resource.resource}`;
}

/** The path of an object, or of a subresource of it. Throws KUBE_INVALID for a name that is none. */
export function objectPath(resource: ApiResource, ref: VersionedRef, subresource?: string): string {
  if (resource.namespaced && ref.namespace === '') {
    throw new CapstanError('KUBE_INVALID', `${ref.kind} ${ref.name}: the kind lives in namespaces and none is named`, {
      data: { group: ref.group, kind: ref.kind, name: ref.name },
    });
  }
  const path = `${collectionPath(resource, ref.namespace)}/${segment(ref.name, 'name')}`;
  return subresource === undefined ? path : `${path}/${subresource.split('/').map(encodeURIComponent).join('/')}`;
}

/** A path with its query. */
export function withQuery(path: string, query: Query): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  if (pairs.length === 0) return path;
  return `${path}?${pairs.map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`).join('&')}`;
}

/** A name as one segment of a path: the API takes none that would lead elsewhere. */
function segment(name: string, what: string): string {
  if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('%')) {
    throw new CapstanError('KUBE_INVALID', `${JSON.stringify(name)} is no ${what} of an object`);
  }
  return encodeURIComponent(name);
}
