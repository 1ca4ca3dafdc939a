import type { DeleteResult, KubeClient } from '@capstan/kube';
import { getPath, refOf, type KubernetesObject, type VersionedRef } from '@capstan/object';
import { textAt, uidOf } from './fields.ts';

/** Waits until an object has been seen as it has been left; `gone` where it has been deleted. */
export type Seen = (object: KubernetesObject, gone: boolean) => Promise<void>;

/**
 * A client whose writes resolve once somebody has seen them: resources come by watches of their own, so that what is
 * asked for next could otherwise be judged by what was before.
 */
export function seenWrites(client: KubeClient, seen: Seen): KubeClient {
  const written = async (object: KubernetesObject, isDryRun = false): Promise<KubernetesObject> => {
    if (!isDryRun) await seen(object, false);
    return object;
  };
  return {
    target: client.target,
    discovery: client.discovery,
    get: (ref, options) => client.get(ref, options),
    find: (ref, options) => client.find(ref, options),
    list: (kind, options) => client.list(kind, options),
    listAll: (kind, options) => client.listAll(kind, options),
    watch: (kind, options) => client.watch(kind, options),
    raw: (request) => client.raw(request),
    create: async (object, options) => written(await client.create(object, options), options?.dryRun),
    update: async (object, options) => written(await client.update(object, options), options?.dryRun),
    patch: async (ref, patch, options) => written(await client.patch(ref, patch, options), options?.dryRun),
    apply: async (object, options) => written(await client.apply(object, options), options.dryRun),
    delete: async (ref, options): Promise<DeleteResult> => {
      const before = await client.find(ref);
      const result = await client.delete(ref, options);
      if (before !== undefined && options?.dryRun !== true) await left(client, ref, before, seen);
      return result;
    },
  };
}

/** What is deleted is gone, is going, or has been made anew already. */
async function left(client: KubeClient, ref: VersionedRef, before: KubernetesObject, seen: Seen): Promise<void> {
  const now = await client.find(ref);
  if (now === undefined || uidOf(now) !== uidOf(before)) await seen(before, true);
  else await seen(now, false);
}

/** The query that asks the debug listener whether an object has been seen. */
export function seenQuery(object: KubernetesObject, gone: boolean): URLSearchParams {
  const { group, kind, namespace, name } = refOf(object);
  const query = new URLSearchParams({ resource: `${group}/${kind}`, namespace, name, uid: uidOf(object) });
  if (!gone) query.set('resourceVersion', textAt(object, 'metadata', 'resourceVersion'));
  for (const key of Object.keys(getPath(object, 'metadata', 'labels') ?? {}))
    query.append('label', `${key}=${textAt(object, 'metadata', 'labels', key)}`);
  return query;
}
