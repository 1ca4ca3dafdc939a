import { compareResourceVersions, reflect, type Clock, type KubeClient, type SelectOptions } from '@capstan/kube';
import { refOf, type GroupVersionKind, type KubernetesObject, type ObjectRef } from '@capstan/object';

/** Which objects of a namespace: the one of a name, or those of which a label has one of some values. */
export type FollowScope = { readonly namespace: string } & (
  { readonly name: string } | { readonly label: string; readonly values: readonly string[] }
);

/** An object as somebody has left it. */
export interface LeftObject {
  readonly ref: ObjectRef;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Undefined where it has been deleted. */
  readonly resourceVersion: string | undefined;
}

/** What a follower is made with. */
export interface FollowOptions {
  readonly client: KubeClient;
  readonly kind: GroupVersionKind;
  readonly scope: FollowScope;
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
  readonly #kind: GroupVersionKind;
  readonly #scope: FollowScope;
  #observed = '';
  /** Resolves when the first list is in; never while that cannot be read. */
  readonly ready: Promise<void>;

  constructor({ kind, scope, onChange, ...options }: FollowOptions) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#kind = kind;
    this.#scope = scope;
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
      scope: selectorOf(scope),
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
        complete: (resourceVersion) => {
          this.#observed = resourceVersion;
          for (const name of [...this.#objects.keys()]) if (!listing.has(name) && this.#objects.delete(name)) changed();
          listed();
        },
        event: (type, object, resourceVersion) => {
          const { name } = refOf(object);
          this.#observed = resourceVersion;
          if (type === 'DELETED' ? this.#objects.delete(name) : this.#put(object)) changed();
        },
        bookmark: (resourceVersion) => {
          this.#observed = resourceVersion;
        },
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

  /** Whether what is followed is as new as an object that somebody has left so. True of what is not followed. */
  shows({ ref, uid, labels, resourceVersion }: LeftObject): boolean {
    const scope = this.#scope;
    const { group, kind } = this.#kind;
    if (ref.group !== group || ref.kind !== kind || ref.namespace !== scope.namespace) return true;
    const isSelected = 'name' in scope ? scope.name === ref.name : scope.values.includes(labels[scope.label] ?? '');
    const kept = this.#objects.get(ref.name)?.metadata;
    if (!isSelected || resourceVersion === undefined) return kept?.['uid'] !== uid;
    const versions = [kept?.['uid'] === uid ? kept['resourceVersion'] : undefined, this.#observed];
    return versions.some(
      (version) => typeof version === 'string' && (compareResourceVersions(version, resourceVersion) ?? -1) >= 0,
    );
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

function selectorOf(scope: FollowScope): Pick<SelectOptions, 'namespace' | 'labelSelector' | 'fieldSelector'> {
  const { namespace } = scope;
  return 'name' in scope
    ? { namespace, fieldSelector: `metadata.name=${scope.name}` }
    : { namespace, labelSelector: `${scope.label} in (${scope.values.join(',')})` };
}
