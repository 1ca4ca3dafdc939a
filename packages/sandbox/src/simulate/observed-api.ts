import type { KubernetesObject } from '@capstan/object';
import type { ClusterApi, ResourceName } from '../cluster-api.ts';
import type { Informer } from './informer.ts';

/**
 * The API for controllers that run one after another: what one of them wrote is in the caches before the next one
 * looks, though watches tell of it later.
 */
export function observedApi(api: ClusterApi, informerOf: (resource: ResourceName) => Informer | undefined): ClusterApi {
  const observe = (
    resource: ResourceName,
    subresource: string | undefined,
    object: KubernetesObject,
  ): KubernetesObject => {
    // `scale` answers with another kind.
    if (subresource === undefined || subresource === 'status') informerOf(resource)?.observe(object);
    return object;
  };
  return {
    get: (resource, namespace, name) => api.get(resource, namespace, name),
    list: (resource, selection) => api.list(resource, selection),
    watch: (resource, listener) => api.watch(resource, listener),
    create: (resource, object, options) =>
      observe(resource, options.subresource, api.create(resource, object, options)),
    update: (resource, object, options) =>
      observe(resource, options.subresource, api.update(resource, object, options)),
    patch: (resource, namespace, name, patch, options) =>
      observe(resource, options.subresource, api.patch(resource, namespace, name, patch, options)),
    delete(resource, namespace, name, options) {
      api.delete(resource, namespace, name, options);
      const left = api.get(resource, namespace, name);
      const informer = informerOf(resource);
      if (left === undefined) informer?.forget(`${namespace}/${name}`);
      else informer?.observe(left);
    },
  };
}
