import { type ObjectRef } from '@capstan/object';

/** What is kept between the turns of one Kustomization, in memory only: a restart begins the reconcile anew. */
export interface Progress {
  /** When the reconcile that is under way began; undefined at rest. */
  started?: number;
  /** When the health checks under way began. */
  checking?: number;
  /** What the reconcile under way is for: generation, revision and request. Another one begins anew. */
  purpose?: string;
  /** When the next one is due by the interval. */
  due?: number;
  /** Digest of the last build that was applied. */
  digest?: string;
  /** Whether anything was written in the reconcile under way. */
  drifted?: boolean;
}

/** The progress of all Kustomizations, by key. */
export class ProgressBook {
  readonly #all = new Map<string, Progress>();

  of(ref: ObjectRef): Progress {
    const key = `${ref.namespace}/${ref.name}`;
    const known = this.#all.get(key);
    if (known !== undefined) return known;
    const fresh: Progress = {};
    this.#all.set(key, fresh);
    return fresh;
  }

  drop(ref: ObjectRef): void {
    this.#all.delete(`${ref.namespace}/${ref.name}`);
  }
}
