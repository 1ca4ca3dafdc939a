import type { KubernetesObject } from '@capstan/object';
import type { ClusterApi, ResourceName, WatchEvent } from '../cluster-api.ts';
import { controllerOf, keyOf, labelsOf, namespaceOf, textAt } from './read.ts';

type Bucket = Map<string, KubernetesObject>;

/** A change as handlers see it, with what the object was before. */
export interface Change {
  readonly type: WatchEvent['type'];
  readonly object: KubernetesObject;
  readonly old: KubernetesObject | undefined;
}

const NONE: ReadonlyMap<string, KubernetesObject> = new Map();

/** All objects of a resource, kept by a watch and indexed by controller, namespace and label. */
export class Informer {
  readonly #objects: Bucket = new Map();
  readonly #byController = new Map<string, Bucket>();
  readonly #byNamespace = new Map<string, Bucket>();
  readonly #byLabel = new Map<string, Bucket>();
  readonly #handlers: ((change: Change) => void)[] = [];
  readonly #stop: () => void;

  constructor(api: ClusterApi, resource: ResourceName) {
    this.#stop = api.watch(resource, (event) => this.#take(event));
    for (const object of api.list(resource)) this.#take({ type: 'ADDED', object });
  }

  /** Calls `handler` for every object that is there, and after every change. */
  subscribe(handler: (change: Change) => void): void {
    this.#handlers.push(handler);
    for (const object of this.#objects.values()) handler({ type: 'ADDED', object, old: undefined });
  }

  get(namespace: string, name: string): KubernetesObject | undefined {
    return this.#objects.get(`${namespace}/${name}`);
  }

  byKey(key: string): KubernetesObject | undefined {
    return this.#objects.get(key);
  }

  all(): Iterable<KubernetesObject> {
    return this.#objects.values();
  }

  /** The objects that the owner of this uid controls. */
  controlledBy(uid: string): readonly KubernetesObject[] {
    return [...(this.#byController.get(uid) ?? NONE).values()];
  }

  inNamespace(namespace: string): Iterable<KubernetesObject> {
    return (this.#byNamespace.get(namespace) ?? NONE).values();
  }

  /** The objects of a namespace that carry the label. */
  withLabel(namespace: string, label: string, value: string): Iterable<KubernetesObject> {
    return (this.#byLabel.get(`${namespace}/${label}=${value}`) ?? NONE).values();
  }

  /** Takes in an object as a write answered it; the watch's own event for it then changes nothing. */
  observe(object: KubernetesObject): void {
    this.#take({ type: 'MODIFIED', object });
  }

  /** Takes an object out that a delete removed. */
  forget(key: string): void {
    const object = this.#objects.get(key);
    if (object !== undefined) this.#take({ type: 'DELETED', object });
  }

  close(): void {
    this.#stop();
    this.#handlers.length = 0;
  }

  #take(event: WatchEvent): void {
    const key = keyOf(event.object);
    const old = this.#objects.get(key);
    if (event.type === 'DELETED' && old === undefined) return;
    if (event.type !== 'DELETED' && old !== undefined && revisionOf(event.object) <= revisionOf(old)) return;
    // Where neither owner nor labels change, an index entry is only set anew.
    const moves = event.type === 'DELETED' || (old !== undefined && !isIndexedAlike(old, event.object));
    if (old !== undefined && moves) this.#index(key, old, false);
    if (event.type === 'DELETED') {
      this.#objects.delete(key);
    } else {
      this.#objects.set(key, event.object);
      this.#index(key, event.object, true);
    }
    for (const handler of this.#handlers) handler({ type: event.type, object: event.object, old });
  }

  #index(key: string, object: KubernetesObject, add: boolean): void {
    const controller = controllerOf(object);
    if (controller !== undefined) put(this.#byController, textAt(controller, 'uid'), key, add ? object : undefined);
    const namespace = namespaceOf(object);
    put(this.#byNamespace, namespace, key, add ? object : undefined);
    for (const [label, value] of Object.entries(labelsOf(object))) {
      if (typeof value === 'string')
        put(this.#byLabel, `${namespace}/${label}=${value}`, key, add ? object : undefined);
    }
  }
}

/** Revisions of one store grow; what has none counts as the newest. */
function revisionOf(object: KubernetesObject): number {
  const revision = Number(textAt(object.metadata, 'resourceVersion') || Number.NaN);
  return Number.isNaN(revision) ? Number.MAX_SAFE_INTEGER : revision;
}

function isIndexedAlike(a: KubernetesObject, b: KubernetesObject): boolean {
  return (
    a.metadata['labels'] === b.metadata['labels'] && a.metadata['ownerReferences'] === b.metadata['ownerReferences']
  );
}

function put(index: Map<string, Bucket>, bucket: string, key: string, object: KubernetesObject | undefined): void {
  const known = index.get(bucket);
  if (object !== undefined) {
    if (known === undefined) index.set(bucket, new Map([[key, object]]));
    else known.set(key, object);
  } else if (known !== undefined) {
    known.delete(key);
    if (known.size === 0) index.delete(bucket);
  }
}
