import type { KeyRing } from '@capstan/decrypt';
import type { KubernetesObject, ObjectRef, VersionedRef } from '@capstan/object';
import type { Manifests } from '@capstan/render';
import type { FileTree } from '@capstan/tree';
import type { DriftRules } from './drift-rules.ts';
import type { Entry } from './entries.ts';
import type { HealthExpressions } from './health-expressions.ts';
import type { Share } from './shared-objects.ts';
import type { Variables } from './variables.ts';

/** A reconcile that failed: until it is tried again, what happens in the cluster does not begin it anew. */
export interface LastFailure {
  readonly purpose: string;
  readonly retryAt: number;
  /** Health and what others keep may mend by themselves; they are looked at again whenever an object changes. */
  readonly mends: boolean;
}

/** Values that a build took from the cluster: the same until a reconcile that counts reads them anew. */
export interface Inputs {
  /** What they were read for. */
  readonly purpose: string;
  readonly at: number;
  variables?: Promise<Variables>;
  keys?: Promise<KeyRing>;
  /** The source with its files decrypted, by the digest of the encrypted one. */
  plain?: { readonly of: string; readonly tree: FileTree };
}

/** A build's objects by what they were made of. */
export interface Built {
  readonly manifests: Manifests;
  readonly inputs: Inputs;
  readonly objects: readonly KubernetesObject[];
  readonly digest: string;
}

/** What is kept between the turns of one Kustomization, in memory only: a restart begins the reconcile anew. */
export interface Progress {
  /** What the reconcile under way is for: generation, revision and request. Another one begins anew. */
  purpose?: string | undefined;
  /** When the reconcile that is under way began; undefined at rest. */
  started?: number | undefined;
  /** When the health checks under way began, and what they found last time. */
  checking?: { readonly since: number; readonly wasHealthy: boolean } | undefined;
  /** What was written in the reconcile under way. */
  written?: readonly Entry[] | undefined;
  /** How much of that has been told of. */
  told?: number | undefined;
  /** What of its objects an Application claims as well. */
  shares?: readonly Share[] | undefined;
  /** When the intent was written. */
  announcedAt?: number | undefined;
  /** The inventory as it was before the intent was written; undefined until then. */
  announced?: readonly VersionedRef[] | undefined;
  /** When the next one is due by the interval. */
  due?: number | undefined;
  /** Digest of the last build. */
  digest?: string | undefined;
  /** What was read of ConfigMaps and Secrets for the last build. */
  inputs?: Inputs | undefined;
  /** What the last build came to, where it is more than a render. */
  built?: Built | undefined;
  failure?: LastFailure | undefined;
  /** The health expressions of the spec, compiled. */
  health?: HealthExpressions | undefined;
  /** The rules about drift of the spec, compiled, and the generation that they are of. */
  drift?: { readonly generation: number; readonly rules: DriftRules | undefined } | undefined;
  /** Whether the objects of a deletion have been told of. */
  deletion?: { readonly since: number; readonly refs: readonly ObjectRef[] } | undefined;
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

/** Begins a reconcile, unless the one under way is for the same purpose. */
export function begin(own: Progress, purpose: string, now: number): void {
  if (own.purpose !== purpose)
    Object.assign(own, {
      purpose,
      started: undefined,
      checking: undefined,
      announced: undefined,
      announcedAt: undefined,
      written: [],
      told: 0,
      failure: undefined,
    });
  own.started ??= now;
}

/** Ends the reconcile under way. */
export function end(own: Progress, failure?: LastFailure): void {
  Object.assign(own, {
    started: undefined,
    checking: undefined,
    announced: undefined,
    announcedAt: undefined,
    written: [],
    told: 0,
    failure,
  });
}
