import { getKey, getPath, isJsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { internalRequest, type Cluster } from '../registry/cluster.ts';
import { deleteStored, FOREGROUND_FINALIZER, ORPHAN_FINALIZER, type Propagation } from '../registry/delete.ts';
import { withManagedFields } from '../registry/field-managers.ts';
import { finalizersOf, isTerminating, metaText, ownersOf, withMeta, type Owner } from '../registry/metadata.ts';
import type { Resource } from '../registry/resource.ts';
import { finishUpdate } from '../registry/update.ts';
import type { Change, Stored } from '../store/collection.ts';
import { OwnerGraph } from './owner-graph.ts';
import { WorkList } from './work-list.ts';

const MANAGER = 'kube-controller-manager';

interface Found {
  readonly resource: Resource;
  readonly stored: Stored;
  readonly object: KubernetesObject;
}

/**
 * Deletes what has lost all its owners, and holds owners that are deleted in the foreground, or orphaning, until their
 * dependents are dealt with.
 */
export class GarbageCollector {
  readonly #cluster: Cluster;
  readonly #graph: OwnerGraph;
  readonly #work: WorkList;

  constructor(cluster: Cluster, report: (error: unknown) => void) {
    this.#cluster = cluster;
    this.#graph = new OwnerGraph(cluster.store);
    this.#work = new WorkList((uid) => this.#process(uid), report);
    for (const [, stored] of cluster.store.everything()) this.#consider(stored.object);
    cluster.store.observe((change) => this.#follow(change));
  }

  stop(): void {
    this.#work.stop();
  }

  #follow(change: Change): void {
    const { object } = change.current;
    if (change.type !== 'DELETED') {
      this.#consider(object);
      return;
    }
    for (const dependent of this.#graph.dependents(metaText(object, 'uid'))) this.#work.add(dependent);
    for (const owner of ownersOf(object)) this.#work.add(owner.uid);
  }

  #consider(object: KubernetesObject): void {
    const held = isTerminating(object) && finalizersOf(object).some(isOurs);
    if (held || ownersOf(object).length > 0) this.#work.add(metaText(object, 'uid'));
  }

  #process(uid: string): void {
    const found = this.#find(uid);
    if (found === undefined) return;
    const finalizers = finalizersOf(found.object);
    if (isTerminating(found.object)) {
      if (finalizers.includes(ORPHAN_FINALIZER)) this.#orphan(uid, found);
      else if (finalizers.includes(FOREGROUND_FINALIZER)) this.#deleteForeground(uid, found);
      return;
    }
    const owners = ownersOf(found.object);
    if (owners.length > 0) this.#judge(found, owners);
  }

  /** Decides over an object by the state of its owners. */
  #judge(found: Found, owners: readonly Owner[]): void {
    const gone: Owner[] = [];
    const waiting: Owner[] = [];
    for (const owner of owners) {
      const state = this.#ownerState(owner);
      if (state === 'gone') gone.push(owner);
      else if (state === 'waiting' && owner.blocks) waiting.push(owner);
    }
    const lost = new Set([...gone, ...waiting].map((owner) => owner.uid));
    if (lost.size === 0) return;
    if (owners.some((owner) => !lost.has(owner.uid))) {
      this.#dropOwners(found, lost);
      return;
    }
    const hasDependents = this.#graph.dependents(metaText(found.object, 'uid')).length > 0;
    const propagation: Propagation = waiting.length > 0 && hasDependents ? 'Foreground' : 'Background';
    deleteStored(this.#cluster, found.resource, found.stored, { propagation, dryRun: false });
  }

  /** An owner of a kind that is not served is taken to exist: nothing can be said of it. */
  #ownerState(owner: Owner): 'there' | 'waiting' | 'gone' {
    const found = this.#find(owner.uid);
    if (found === undefined) {
      return this.#cluster.registry.byKind(owner.apiVersion, owner.kind) === undefined ? 'there' : 'gone';
    }
    const waits = isTerminating(found.object) && finalizersOf(found.object).includes(FOREGROUND_FINALIZER);
    return waits ? 'waiting' : 'there';
  }

  #deleteForeground(uid: string, found: Found): void {
    let blocking = 0;
    for (const dependent of this.#graph.dependents(uid)) {
      const child = this.#find(dependent);
      if (child === undefined) continue;
      if (ownersOf(child.object).some((owner) => owner.uid === uid && owner.blocks)) blocking++;
      if (!isTerminating(child.object)) this.#work.add(dependent);
    }
    if (blocking === 0) this.#dropFinalizer(found, FOREGROUND_FINALIZER);
  }

  #orphan(uid: string, found: Found): void {
    for (const dependent of this.#graph.dependents(uid)) {
      const child = this.#find(dependent);
      if (child !== undefined) this.#dropOwners(child, new Set([uid]));
    }
    this.#dropFinalizer(found, ORPHAN_FINALIZER);
  }

  #dropOwners(found: Found, lost: ReadonlySet<string>): void {
    const references = getKey(found.object.metadata, 'ownerReferences');
    const list = Array.isArray(references) ? (references as readonly JsonValue[]) : [];
    const kept = list.filter((entry) => {
      const uid = isJsonObject(entry) ? getPath(entry, 'uid') : undefined;
      return typeof uid !== 'string' || !lost.has(uid);
    });
    this.#write(found, withMeta(found.object, { ownerReferences: kept.length === 0 ? undefined : kept }));
  }

  #dropFinalizer(found: Found, finalizer: string): void {
    const kept = finalizersOf(found.object).filter((entry) => entry !== finalizer);
    this.#write(found, withMeta(found.object, { finalizers: kept.length === 0 ? undefined : kept }));
  }

  #write(found: Found, object: KubernetesObject): void {
    const { resource, stored } = found;
    finishUpdate(this.#cluster, resource, stored, object, internalRequest(MANAGER), (next, old, now) =>
      withManagedFields(resource, next, old, { manager: MANAGER, subresource: '', now }),
    );
  }

  #find(uid: string): Found | undefined {
    const place = this.#graph.place(uid);
    if (place === undefined) return undefined;
    const resource = this.#cluster.registry.ofCollection(place.collection);
    const stored = this.#cluster.store.collection(place.collection).get(place.key);
    if (resource === undefined || stored === undefined) return undefined;
    return { resource, stored, object: resource.fromStorage(stored.object) };
  }
}

function isOurs(finalizer: string): boolean {
  return finalizer === FOREGROUND_FINALIZER || finalizer === ORPHAN_FINALIZER;
}
