import { reflect, type ReflectorSink } from '@capstan/kube';
import { refKey, refOf, type GroupVersionKind, type KubernetesObject, type ObjectRef } from '@capstan/object';
import type { Engine } from '../runtime/engine.ts';

const CONFIGS: readonly GroupVersionKind[] = ['ConfigMap', 'Secret'].map((kind) => ({
  group: '',
  version: 'v1',
  kind,
}));

/**
 * Which ConfigMaps and Secrets bear the label by which their changes are to be followed, and their versions: nothing of
 * their content. The watch begins when somebody first reads one.
 */
export class WatchedConfigs {
  readonly #engine: Engine;
  readonly #selector: string;
  readonly #versions = new Map<string, string>();
  readonly #stop = new AbortController();
  #running: Promise<unknown> | undefined;
  #onChange: (ref: ObjectRef) => void = () => undefined;

  constructor(engine: Engine, selector: string) {
    this.#engine = engine;
    this.#selector = selector;
  }

  /** Who is told of changes. */
  onChange(tell: (ref: ObjectRef) => void): void {
    this.#onChange = tell;
  }

  /** The versions of those of the objects that are followed: another text when one of them has changed. */
  stampOf(refs: readonly ObjectRef[]): string {
    if (refs.length === 0) return '';
    this.#running ??= Promise.all(CONFIGS.map((kind) => this.#follow(kind)));
    return refs
      .map(refKey)
      .flatMap((key) => this.#versions.get(key) ?? [])
      .join(' ');
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  #follow(kind: GroupVersionKind): Promise<void> {
    const { clusters, clock, log } = this.#engine;
    return reflect({
      client: clusters.local.client,
      kind: () => Promise.resolve(kind),
      scope: { labelSelector: this.#selector },
      metadataOnly: true,
      clock,
      random: Math.random,
      signal: this.#stop.signal,
      sink: this.#sink(kind),
      onFailure: (error) => {
        log.warn({ err: error, kind: kind.kind }, 'the objects of a label cannot be followed');
      },
    });
  }

  #sink(kind: GroupVersionKind): ReflectorSink {
    const own = (object: KubernetesObject): ObjectRef => ({ ...refOf(object), group: kind.group, kind: kind.kind });
    const known = new Map<string, ObjectRef>();
    let listed = new Set<string>();
    const put = (object: KubernetesObject): void => {
      const ref = own(object);
      const version = object.metadata['resourceVersion'];
      const key = refKey(ref);
      if (typeof version !== 'string' || this.#versions.get(key) === version) return;
      known.set(key, ref);
      this.#versions.set(key, version);
      this.#onChange(ref);
    };
    const remove = (ref: ObjectRef): void => {
      known.delete(refKey(ref));
      if (this.#versions.delete(refKey(ref))) this.#onChange(ref);
    };
    return {
      begin: () => {
        listed = new Set();
      },
      page: (items) => {
        for (const item of items) {
          listed.add(refKey(own(item)));
          put(item);
        }
      },
      complete: () => {
        for (const [key, ref] of [...known]) if (!listed.has(key)) remove(ref);
      },
      event: (type, object) => {
        if (type === 'DELETED') remove(own(object));
        else put(object);
      },
      bookmark: () => undefined,
      absent: () => {
        for (const ref of [...known.values()]) remove(ref);
      },
      state: () => undefined,
    };
  }
}
