import {
  deepEqual,
  getPath,
  type JsonArray,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';
import { WorkList } from '../garbage/work-list.ts';
import { internalRequest, timestamp, type Cluster } from '../registry/cluster.ts';
import { CLEANUP_FINALIZER, DEFINITION_COLLECTION, deleteStored } from '../registry/delete.ts';
import { withManagedFields } from '../registry/field-managers.ts';
import { finalizersOf, isTerminating, withMeta } from '../registry/metadata.ts';
import { compareVersions } from '../registry/resource-registry.ts';
import { finishUpdate } from '../registry/update.ts';
import type { Change, Stored } from '../store/collection.ts';
import { customResources } from './custom-resource.ts';
import { customDocument, type CustomVersion } from './openapi.ts';

const MANAGER = 'kube-apiserver';

/** Accepts and establishes CRDs, serves their resources, and takes their objects away with them. */
export class DefinitionController {
  readonly #cluster: Cluster;
  readonly #work: WorkList;
  readonly #served = new Map<string, JsonValue>();

  constructor(cluster: Cluster, report: (error: unknown) => void) {
    this.#cluster = cluster;
    this.#work = new WorkList((key) => this.#process(key), report);
    for (const stored of this.#definitions()) {
      if (isEstablished(stored.object)) this.#serve(stored);
      this.#work.add(stored.key);
    }
    cluster.store.observe((change) => this.#follow(change));
  }

  stop(): void {
    this.#work.stop();
  }

  /** The OpenAPI document of a group-version that CRDs make; undefined when none does. */
  document(group: string, version: string): JsonObject | undefined {
    const kinds: CustomVersion[] = [];
    for (const { object } of this.#definitions()) {
      if (getPath(object, 'spec', 'group') !== group || !isEstablished(object)) continue;
      for (const entry of list(getPath(object, 'spec', 'versions'))) {
        if (getPath(entry, 'name') === version && getPath(entry, 'served') === true) {
          kinds.push({ definition: object, version: entry });
        }
      }
    }
    return kinds.length === 0 ? undefined : customDocument(group, version, kinds);
  }

  #definitions(): readonly Stored[] {
    return this.#cluster.store.collection(DEFINITION_COLLECTION).list();
  }

  #follow(change: Change): void {
    if (change.collection === DEFINITION_COLLECTION) {
      if (change.type === 'DELETED') this.#withdraw(change.current.key);
      else this.#work.add(change.current.key);
      return;
    }
    const resource = change.type === 'DELETED' ? this.#cluster.registry.ofCollection(change.collection) : undefined;
    if (resource?.custom === true) this.#work.add(`/${resource.resource}.${resource.group}`);
  }

  #process(key: string): void {
    const stored = this.#cluster.store.collection(DEFINITION_COLLECTION).get(key);
    if (stored === undefined) return;
    if (isTerminating(stored.object)) {
      this.#clear(stored);
      return;
    }
    const accepted = this.#accept(stored);
    if (isEstablished(accepted.object)) this.#serve(accepted);
  }

  /** Gives a new definition its conditions and accepted names. */
  #accept(stored: Stored): Stored {
    const { object } = stored;
    const names = getPath(object, 'spec', 'names') ?? {};
    const now = timestamp(this.#cluster.clock.now());
    const condition = (type: string, reason: string, message: string): JsonObject => ({
      type,
      status: 'True',
      lastTransitionTime: timeOf(object, type) ?? now,
      reason,
      message,
    });
    const kept = getPath(object, 'status', 'storedVersions');
    const storage = list(getPath(object, 'spec', 'versions')).find((entry) => getPath(entry, 'storage') === true);
    const current = getPath(storage, 'name') ?? '';
    const stores: JsonArray = Array.isArray(kept) ? (kept as JsonArray) : [];
    const status: JsonObject = {
      conditions: [
        condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
        condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
      ],
      acceptedNames: names,
      storedVersions: stores.includes(current) ? stores : [...stores, current],
    };
    if (deepEqual(getPath(object, 'status') ?? null, status)) return stored;
    this.#write(stored, { ...object, status }, 'status');
    return this.#cluster.store.collection(DEFINITION_COLLECTION).get(stored.key) ?? stored;
  }

  #serve(stored: Stored): void {
    const spec = getPath(stored.object, 'spec') ?? null;
    if (deepEqual(this.#served.get(stored.key) ?? null, spec)) return;
    this.#served.set(stored.key, spec);
    const resources = [...customResources(stored.object)];
    resources.sort((a, b) => compareVersions(a.version, b.version));
    this.#cluster.registry.setCustom(stored.key, resources);
  }

  #withdraw(key: string): void {
    this.#served.delete(key);
    this.#cluster.registry.setCustom(key, []);
  }

  /** Deletes the objects of a definition that goes, and lets it go when they have gone. */
  #clear(stored: Stored): void {
    const { object } = stored;
    const collection = `${textOf(getPath(object, 'spec', 'group'))}/${textOf(getPath(object, 'spec', 'names', 'plural'))}`;
    const resource = this.#cluster.registry.ofCollection(collection);
    const objects = this.#cluster.store.collection(collection);
    if (resource !== undefined) {
      for (const content of objects.list()) {
        if (!isTerminating(content.object)) deleteStored(this.#cluster, resource, content, { dryRun: false });
      }
    }
    if (objects.size > 0 && resource !== undefined) return;
    const kept = finalizersOf(object).filter((finalizer) => finalizer !== CLEANUP_FINALIZER);
    this.#write(stored, withMeta(object, { finalizers: kept.length === 0 ? undefined : kept }), '');
  }

  #write(stored: Stored, object: KubernetesObject, subresource: string): void {
    const resource = this.#cluster.registry.find('apiextensions.k8s.io', 'v1', 'customresourcedefinitions');
    if (resource === undefined) return;
    const request = internalRequest(MANAGER, subresource);
    finishUpdate(this.#cluster, resource, stored, object, request, (next, old, now) =>
      withManagedFields(resource, next, old, { manager: MANAGER, subresource, now }),
    );
  }
}

function isEstablished(object: KubernetesObject): boolean {
  return list(getPath(object, 'status', 'conditions')).some(
    (condition) => getPath(condition, 'type') === 'Established' && getPath(condition, 'status') === 'True',
  );
}

function timeOf(object: KubernetesObject, type: string): JsonValue | undefined {
  const found = list(getPath(object, 'status', 'conditions')).find((condition) => getPath(condition, 'type') === type);
  return getPath(found, 'status') === 'True' ? getPath(found, 'lastTransitionTime') : undefined;
}

function list(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value)
    ? (value as JsonArray).filter((entry): entry is JsonObject => typeof entry === 'object' && entry !== null)
    : [];
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
