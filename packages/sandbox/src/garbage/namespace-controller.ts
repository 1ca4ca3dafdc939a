import { getPath, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { NAMESPACE_COLLECTION } from '../admission/admit.ts';
import { internalRequest, timestamp, type Cluster } from '../registry/cluster.ts';
import { createObject } from '../registry/create.ts';
import { deleteStored } from '../registry/delete.ts';
import { withManagedFields } from '../registry/field-managers.ts';
import { finalizersOf, isTerminating, metaText } from '../registry/metadata.ts';
import type { Resource } from '../registry/resource.ts';
import { finishUpdate } from '../registry/update.ts';
import { objectKey, type Change, type Stored } from '../store/collection.ts';
import { WorkList } from './work-list.ts';

const MANAGER = 'kube-controller-manager';
const FINALIZER = 'kubernetes';

/** What every namespace holds: trust in the cluster, and the identity that pods run as by default. */
const ROOT_CA = 'kube-root-ca.crt';
const DEFAULT_ACCOUNT = 'default';

/** Empties namespaces that are deleted, lets them go when they are empty, and furnishes new ones. */
export class NamespaceController {
  readonly #cluster: Cluster;
  readonly #rootCa: string;
  readonly #work: WorkList;

  constructor(cluster: Cluster, rootCa: string, report: (error: unknown) => void) {
    this.#cluster = cluster;
    this.#rootCa = rootCa;
    this.#work = new WorkList((name) => this.#process(name), report);
    for (const stored of cluster.store.collection(NAMESPACE_COLLECTION).list()) {
      this.#work.add(metaText(stored.object, 'name'));
    }
    cluster.store.observe((change) => this.#follow(change));
  }

  stop(): void {
    this.#work.stop();
  }

  #follow(change: Change): void {
    if (change.collection === NAMESPACE_COLLECTION) {
      if (change.type !== 'DELETED') this.#work.add(metaText(change.current.object, 'name'));
      return;
    }
    const namespace = metaText(change.current.object, 'namespace');
    if (change.type === 'DELETED' && namespace !== '') this.#work.add(namespace);
  }

  #process(name: string): void {
    const stored = this.#cluster.store.collection(NAMESPACE_COLLECTION).get(objectKey('', name));
    if (stored === undefined) return;
    if (isTerminating(stored.object)) this.#empty(name, stored);
    else this.#furnish(name);
  }

  #furnish(name: string): void {
    const { registry } = this.#cluster;
    const maps = registry.find('', 'v1', 'configmaps');
    const accounts = registry.find('', 'v1', 'serviceaccounts');
    if (maps !== undefined && this.#rootCa !== '') {
      const annotations = {
        'kubernetes.io/description':
          'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as ' +
          'the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of ' +
          'Kubernetes clusters.',
      };
      this.#ensure(maps, name, { metadata: { name: ROOT_CA, annotations }, data: { 'ca.crt': this.#rootCa } });
    }
    if (accounts !== undefined) this.#ensure(accounts, name, { metadata: { name: DEFAULT_ACCOUNT } });
  }

  #ensure(resource: Resource, namespace: string, object: JsonObject): void {
    const name = getPath(object, 'metadata', 'name');
    const key = objectKey(namespace, typeof name === 'string' ? name : '');
    if (this.#cluster.store.collection(resource.collection).get(key) !== undefined) return;
    createObject(this.#cluster, resource, namespace, object, internalRequest(MANAGER));
  }

  #empty(name: string, stored: Stored): void {
    const remaining = new Map<string, readonly KubernetesObject[]>();
    for (const resource of this.#cluster.registry.collections()) {
      if (!resource.namespaced || !resource.verbs.includes('delete')) continue;
      const collection = this.#cluster.store.collection(resource.collection);
      for (const content of collection.list(name)) {
        if (isTerminating(content.object)) continue;
        deleteStored(this.#cluster, resource, content, { propagation: 'Background', dryRun: false });
      }
      const left = collection.list(name);
      if (left.length > 0)
        remaining.set(
          resourceName(resource),
          left.map((content) => content.object),
        );
    }
    if (remaining.size === 0) this.#finalize(stored);
    else this.#report(stored, remaining);
  }

  #finalize(stored: Stored): void {
    const finalizers = getPath(stored.object, 'spec', 'finalizers');
    const kept = Array.isArray(finalizers)
      ? (finalizers as readonly JsonValue[]).filter((finalizer) => finalizer !== FINALIZER)
      : [];
    const spec = kept.length === 0 ? {} : { finalizers: kept };
    this.#write(stored, { ...stored.object, spec }, 'finalize');
  }

  #report(stored: Stored, remaining: ReadonlyMap<string, readonly KubernetesObject[]>): void {
    const now = timestamp(this.#cluster.clock.now());
    const conditions = conditionsFor(remaining).map((condition) => keepTime(condition, stored.object, now));
    this.#write(stored, { ...stored.object, status: { phase: 'Terminating', conditions } }, 'status');
  }

  #write(stored: Stored, object: KubernetesObject, subresource: string): void {
    const resource = this.#cluster.registry.find('', 'v1', 'namespaces');
    if (resource === undefined) return;
    const request = internalRequest(MANAGER, subresource);
    finishUpdate(this.#cluster, resource, stored, object, request, (next, old, now) =>
      withManagedFields(resource, next, old, { manager: MANAGER, subresource, now }),
    );
  }
}

function resourceName(resource: Resource): string {
  return `${resource.resource}.${resource.group}`;
}

interface Condition extends JsonObject {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

function conditionsFor(remaining: ReadonlyMap<string, readonly KubernetesObject[]>): readonly Condition[] {
  const finalizers = new Map<string, number>();
  for (const object of [...remaining.values()].flat()) {
    for (const finalizer of finalizersOf(object)) finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
  }
  const kinds = [...remaining].map(([name, objects]) => `${name} has ${objects.length} resource instances`).sort();
  const holders = [...finalizers].map(([name, count]) => `${name} in ${count} resource instances`).sort();
  const fine = (type: string, reason: string, message: string): Condition => ({
    type,
    status: 'False',
    reason,
    message,
  });
  return [
    fine('NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'),
    fine(
      'NamespaceDeletionGroupVersionParsingFailure',
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ),
    fine(
      'NamespaceDeletionContentFailure',
      'ContentDeleted',
      'All content successfully deleted, may be waiting on finalization',
    ),
    {
      type: 'NamespaceContentRemaining',
      status: 'True',
      reason: 'SomeResourcesRemain',
      message: `Some resources are remaining: ${kinds.join(', ')}`,
    },
    holders.length === 0
      ? fine('NamespaceFinalizersRemaining', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished')
      : {
          type: 'NamespaceFinalizersRemaining',
          status: 'True',
          reason: 'SomeFinalizersRemain',
          message: `Some content in the namespace has finalizers remaining: ${holders.join(', ')}`,
        },
  ];
}

/** A condition keeps the time of its last change of status. */
function keepTime(condition: Condition, old: KubernetesObject, now: string): JsonObject {
  const conditions = getPath(old, 'status', 'conditions');
  const before = Array.isArray(conditions)
    ? (conditions as readonly JsonValue[]).find((entry) => getPath(entry, 'type') === condition.type)
    : undefined;
  const since = getPath(before, 'status') === condition.status ? getPath(before, 'lastTransitionTime') : undefined;
  return { ...condition, lastTransitionTime: since ?? now };
}
