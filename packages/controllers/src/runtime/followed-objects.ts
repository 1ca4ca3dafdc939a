import { reflect, type Clock, type KubeClient, type SelectOptions } from '@capstan/kube';
import { refOf, type GroupVersionKind, type KubernetesObject } from '@capstan/object';

/** What a follower is made with. */
export interface FollowOptions {
  readonly client: KubeClient;
  readonly kind: GroupVersionKind;
  /** Which objects: a namespace, and a selector within it. */
  readonly scope: Pick<SelectOptions, 'namespace' | 'labelSelector' | 'fieldSelector'>;
  readonly clock: Clock;
  readonly random: () => number;
  /** Something has changed: called after the first list, and after each event that changes an object. */
  readonly onChange: () => void;
  readonly onFailure: (error: unknown) => void;
}

/**
 * A few objects of one kind, whole and by name, followed by a watch of their own: what a whole-cluster watch would be
 * too much for, and would need rights beyond one namespace for.
 */
export class FollowedObjects {
  readonly #objects = new Map<string, KubernetesObject>();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  /** Resolves when the first list is in; never while that cannot be read. */
  readonly ready: Promise<void>;

  constructor({ kind, scope, onChange, ...options }: FollowOptions) {
    const { promise, resolve } = Promise.withResolvers<void>();
    let isListed = false;
    let listing = new Set<string>();
    this.ready = promise;
    const changed = (): void => {
      if (isListed) onChange();
    };
    const listed = (): void => {
      const hadList = isListed;
      isListed = true;
      resolve();
      if (!hadList) onChange();
    };
    this.#running = reflect({
      ...options,
      kind: () => Promise.resolve(kind),
      scope,
      signal: this.#stop.signal,
      sink: {
        begin: () => {
          listing = new Set();
        },
        page: (items) => {
          for (const item of items) {
            listing.add(refOf(item).name);
            if (this.#put(item)) changed();
          }
        },
        complete: () => {
          for (const name of [...this.#objects.keys()]) if (!listing.has(name) && this.#objects.delete(name)) changed();
          listed();
        },
        event: (type, object) => {
          const { name } = refOf(object);
          if (type === 'DELETED' ? this.#objects.delete(name) : this.#put(object)) changed();
        },
        bookmark: () => undefined,
        absent: () => {
          if (this.#objects.size > 0) changed();
          this.#objects.clear();
          listed();
        },
        state: () => undefined,
      },
    });
  }

  get(name: string): KubernetesObject | undefined {
    return this.#objects.get(name);
  }

  list(): readonly KubernetesObject[] {
    return [...this.#objects.values()];
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Whether this is news. */
  #put(object: KubernetesObject): boolean {
    const { name } = refOf(object);
    const before = this.#objects.get(name)?.metadata;
    this.#objects.set(name, object);
    return (
      before?.['resourceVersion'] !== object.metadata['resourceVersion'] || before?.['uid'] !== object.metadata['uid']
    );
  }
}
