import { canonicalJson, getPath, refKey, type KubernetesObject, type ObjectRef } from '@capstan/object';

/**
 * Tells changes of sources that concern who is fed by them from those that do not: of a source they read its spec, its
 * artifact and what it ignores, and whether it is there.
 */
export class SourceNews {
  readonly #last = new Map<string, string>();

  /** Whether a source has changed in what it feeds others with; `object` is undefined where it is gone. */
  hasNews(ref: ObjectRef, object: KubernetesObject | undefined): boolean {
    const key = refKey(ref);
    if (object === undefined || typeof object.metadata['deletionTimestamp'] === 'string') {
      this.#last.delete(key);
      return true;
    }
    const told = canonicalJson({
      uid: object.metadata['uid'] ?? null,
      spec: object['spec'] ?? null,
      artifact: getPath(object['status'], 'artifact') ?? null,
      ignore: getPath(object['status'], 'observedIgnore') ?? null,
    });
    if (this.#last.get(key) === told) return false;
    this.#last.set(key, told);
    return true;
  }
}
