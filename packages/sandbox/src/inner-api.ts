import type { ClusterApi, ResourceName, WatchEvent } from './cluster-api.ts';
import { ApiStatusError } from './registry/api-status-error.ts';
import { collectionOf, findStored, internalRequest, type Cluster } from './registry/cluster.ts';
import { createObject } from './registry/create.ts';
import { deleteObject } from './registry/delete.ts';
import { matcherOf } from './registry/lists.ts';
import { metaText } from './registry/metadata.ts';
import { patchObject } from './registry/patch.ts';
import type { Resource } from './registry/resource.ts';
import { updateObject } from './registry/update.ts';
import type { Change } from './store/collection.ts';

/** The API for callers inside the process. Listeners run in a microtask after the write, in order of revision. */
export function createInnerApi(cluster: Cluster, report: (error: unknown) => void): ClusterApi {
  const listeners = new Map<string, Set<(event: WatchEvent) => void>>();
  cluster.store.observe((change) => {
    const interested = listeners.get(change.collection);
    if (interested === undefined || interested.size === 0) return;
    queueMicrotask(() => {
      for (const listener of [...interested]) deliver(cluster, change, listener, report);
    });
  });
  const find = (name: ResourceName): Resource => required(cluster, name);
  return {
    get(name, namespace, objectName) {
      const resource = find(name);
      const stored = findStored(cluster, resource, namespace, objectName);
      return stored === undefined ? undefined : resource.fromStorage(stored.object);
    },
    list(name, selection = {}) {
      const resource = find(name);
      const matches = matcherOf(resource, selection);
      const namespace = resource.namespaced ? selection.namespace : undefined;
      const objects = collectionOf(cluster, resource).list(namespace);
      const shown = objects.map((stored) => resource.fromStorage(stored.object));
      return matches === undefined ? shown : shown.filter(matches);
    },
    create(name, object, options) {
      const request = internalRequest(options.manager, options.subresource);
      return createObject(cluster, find(name), metaText(object, 'namespace'), object, request);
    },
    update(name, object, options) {
      const request = internalRequest(options.manager, options.subresource);
      const namespace = metaText(object, 'namespace');
      return updateObject(cluster, find(name), namespace, metaText(object, 'name'), object, request).object;
    },
    patch(name, namespace, objectName, value, options) {
      const request = internalRequest(options.manager, options.subresource);
      return patchObject(cluster, find(name), namespace, objectName, { type: 'merge', value }, request).object;
    },
    delete(name, namespace, objectName, options = {}) {
      deleteObject(cluster, find(name), namespace, objectName, { ...options, dryRun: false });
    },
    watch(name, listener) {
      const { collection } = find(name);
      const interested = listeners.get(collection) ?? new Set();
      listeners.set(collection, interested);
      const own = (event: WatchEvent): void => listener(event);
      interested.add(own);
      return () => interested.delete(own);
    },
  };
}

function deliver(
  cluster: Cluster,
  change: Change,
  listener: (event: WatchEvent) => void,
  report: (error: unknown) => void,
): void {
  const resource = cluster.registry.ofCollection(change.collection);
  if (resource === undefined) return;
  try {
    listener({ type: change.type, object: resource.fromStorage(change.current.object) });
  } catch (error) {
    report(error);
  }
}

function required(cluster: Cluster, name: ResourceName): Resource {
  const resource = cluster.registry.find(name.group, name.version, name.resource);
  if (resource !== undefined) return resource;
  throw new ApiStatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}
