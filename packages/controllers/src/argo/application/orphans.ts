import { applicationResource } from '@capstan/api';
import type { CacheEntry } from '@capstan/kube';
import { refKey, type GroupKind, type ObjectRef } from '@capstan/object';
import type { Comparison } from '../compare/comparison.ts';
import { isExcludedKind } from '../excluded-kinds.ts';
import { isKindPermitted, isObjectPermitted } from '../project/kinds.ts';
import { isIgnoredOrphan } from '../project/orphaned-resources.ts';
import { applicationOf, fromInstanceName } from '../tracking.ts';
import type { Permit, Run } from './run.ts';

/** The most orphaned objects that are told. */
const MAX_ORPHANS = 10_000;
/** The index that every watch cache has: objects by the UID of an owner. */
const OWNER_INDEX = 'owner';

/**
 * The objects in an Application's namespace that belong to nobody, with what these own, where its project asks for them
 * to be told; none where it does not. Undefined while they are not known. Source: argoproj/argo-cd controller
 * getResourceTree.
 */
export async function orphansOf(
  run: Run,
  permit: Permit,
  comparison: Comparison,
): Promise<readonly ObjectRef[] | undefined> {
  const { project, destination, at } = permit;
  const { namespace } = destination;
  if (project.orphanedResources?.warn !== true || namespace === '') {
    at.orphans.drop(run.owner);
    return [];
  }
  const kinds = await kindsOf(run, permit);
  if (!(await at.orphans.set(run.owner, namespace, kinds, run.shared.engine.clock))) return undefined;
  const managed = new Set(comparison.managed.map(({ ref }) => refKey(ref)));
  const found = new Map<string, ObjectRef>();
  for (const kind of kinds)
    for (const entry of at.cluster.cache.list(kind, namespace)) {
      if (managed.has(refKey(entry.ref)) || isIgnoredOrphan(project, entry.ref) || isOwned(permit, entry)) continue;
      collect(run, permit, entry, found);
    }
  return [...found.values()];
}

/** The kinds that an object of the namespace may be of. */
async function kindsOf(run: Run, { project, at }: Permit): Promise<readonly GroupKind[]> {
  const { discovery } = at.cluster.client;
  const settings = run.shared.settings();
  const resources = await discovery.resources({ signal: run.signal });
  return resources
    .filter(
      (resource) =>
        resource.namespaced &&
        resource.verbs.includes('watch') &&
        discovery.knownPreferred(resource) === resource &&
        !isExcludedKind(resource, at.server, settings) &&
        isKindPermitted(project, resource, '', true),
    )
    .map(({ group, kind }) => ({ group, kind }));
}

function collect(run: Run, permit: Permit, entry: CacheEntry, found: Map<string, ObjectRef>): void {
  const key = refKey(entry.ref);
  if (found.has(key) || found.size >= MAX_ORPHANS || isAnothers(run, permit, entry)) return;
  if (!isObjectPermitted(permit.project, entry.ref, permit.destination)) return;
  found.set(key, entry.ref);
  for (const child of permit.at.cluster.cache.byIndex(OWNER_INDEX, entry.uid)) collect(run, permit, child, found);
}

/** Whether an object bears the marks of an Application that is there. */
function isAnothers({ shared }: Run, { at }: Permit, entry: CacheEntry): boolean {
  const object = entry.tracked ? at.cluster.cache.peek(entry.ref) : undefined;
  const instance = object === undefined ? undefined : applicationOf(object, shared.settings().tracking);
  if (instance === undefined) return false;
  const { group, kind } = applicationResource;
  return shared.home.cache.entry({ group, kind, ...fromInstanceName(instance, shared.namespace) }) !== undefined;
}

/** Whether an object has an owner: one that it names, or one that made it without being named. */
function isOwned({ at }: Permit, { ref, owners }: CacheEntry): boolean {
  if (owners.length > 0) return true;
  const { cache } = at.cluster;
  if (ref.group !== '') return false;
  if (ref.kind === 'Endpoints') return cache.entry({ ...ref, kind: 'Service' }) !== undefined;
  if (ref.kind !== 'PersistentVolumeClaim') return false;
  const [, template] = /^(.*)-\d+$/.exec(ref.name) ?? [];
  return cache
    .list({ group: 'apps', kind: 'StatefulSet' }, ref.namespace)
    .some(({ ref: { name } }) => template?.endsWith(`-${name}`) === true);
}
