import { refKey, type KubernetesObject, type ObjectRef, type VersionedRef } from '@capstan/object';
import type { Interests } from './interests.ts';

/** A resource that has an object among its own, as its status tells. */
export interface Claimant {
  readonly ref: VersionedRef;
  /** When the resource was made; RFC 3339. */
  readonly since: string;
  /** Whether a live object bears its marks: then it has written the object. */
  readonly marked: (live: KubernetesObject) => boolean;
}

/** How the resources of one dialect claim objects. */
export interface ClaimReader {
  /** The resource of this dialect that an owner of interests stands for; undefined for another dialect's. */
  refOf(owner: string): VersionedRef | undefined;
  /** Reads a claim; undefined where the resource has no such object, or has it on another cluster. */
  read(resource: KubernetesObject, object: ObjectRef): Claimant | undefined;
  wake(resource: ObjectRef): void;
}

/** An object that resources of both dialects claim. */
export interface Dispute {
  readonly ref: VersionedRef;
  readonly rivals: readonly Claimant[];
  /** Who keeps it; undefined where that is whoever asks. */
  readonly keeper: Claimant | undefined;
}

/** The dialects that know of each other's claims. */
export type ClaimingDialect = 'argo' | 'flux';

/**
 * Who else claims the objects of a cluster. A dialect says how its resources claim, and asks for the other's; within a
 * dialect upstream's own rules hold.
 */
export class Claims {
  readonly #readers = new Map<ClaimingDialect, ClaimReader>();
  readonly #interests: Interests;
  readonly #find: (ref: VersionedRef, signal: AbortSignal) => Promise<KubernetesObject | undefined>;

  constructor(
    interests: Interests,
    find: (ref: VersionedRef, signal: AbortSignal) => Promise<KubernetesObject | undefined>,
  ) {
    this.#interests = interests;
    this.#find = find;
  }

  /** Takes a dialect in, until the returned function is called. */
  add(dialect: ClaimingDialect, reader: ClaimReader): () => void {
    this.#readers.set(dialect, reader);
    return () => void this.#readers.delete(dialect);
  }

  /** Resources of other dialects that care about any of these objects, whether they claim them or not. */
  others(own: ClaimingDialect, refs: readonly ObjectRef[]): readonly VersionedRef[] {
    return this.#caring(own, refs).map(({ resource }) => resource);
  }

  /** Who of other dialects claims an object as well, and who keeps it; undefined where nobody does. */
  async dispute(
    own: ClaimingDialect,
    claimant: Claimant,
    { ref, live }: { readonly ref: VersionedRef; readonly live: KubernetesObject },
    signal: AbortSignal,
  ): Promise<Dispute | undefined> {
    const rivals: Claimant[] = [];
    for (const { reader, resource } of this.#caring(own, [ref])) {
      const object = await this.#find(resource, signal);
      const rival = object === undefined ? undefined : reader.read(object, ref);
      if (rival !== undefined) rivals.push(rival);
    }
    if (rivals.length === 0) return undefined;
    const keeper = keeperOf([claimant, ...rivals], live);
    return { ref, rivals, keeper: keeper === claimant ? undefined : keeper };
  }

  /** Has the rivals look again, for what somebody claims has changed. */
  wakeRivals(disputes: readonly Dispute[]): void {
    const refs = new Map(disputes.flatMap(({ rivals }) => rivals.map(({ ref }) => [refKey(ref), ref] as const)));
    for (const ref of refs.values()) for (const reader of this.#readers.values()) reader.wake(ref);
  }

  #caring(
    own: ClaimingDialect,
    refs: readonly ObjectRef[],
  ): readonly { readonly reader: ClaimReader; readonly resource: VersionedRef }[] {
    const found = new Map<string, { readonly reader: ClaimReader; readonly resource: VersionedRef }>();
    for (const [dialect, reader] of this.#readers) {
      if (dialect === own) continue;
      for (const owner of refs.flatMap((ref) => [...this.#interests.ownersOf(ref)])) {
        const resource = reader.refOf(owner);
        if (resource !== undefined) found.set(owner, { reader, resource });
      }
    }
    return [...found.values()];
  }
}

/** A resource as people are told of it: `Application argocd/shop`. */
export function claimantName({ ref }: Pick<Claimant, 'ref'>): string {
  return `${ref.kind} ${ref.namespace}/${ref.name}`;
}

/** Whom an object is left to that is to be deleted: who claims it too, and has written it. */
export function heirOf(dispute: Dispute | undefined, live: KubernetesObject): Claimant | undefined {
  return dispute?.rivals.find(({ marked }) => marked(live));
}

/**
 * Who keeps an object: whoever has written it; of several the one that was made first. An object that nobody has marked
 * is anybody's, for a claim alone may be made without any right to the object. Undefined then.
 */
export function keeperOf(claimants: readonly Claimant[], live: KubernetesObject): Claimant | undefined {
  return claimants.filter(({ marked }) => marked(live)).sort(bySeniority)[0];
}

function bySeniority(left: Claimant, right: Claimant): number {
  const at = (claimant: Claimant): string => `${claimant.since} ${claimantName(claimant)}`;
  return at(left) < at(right) ? -1 : at(left) > at(right) ? 1 : 0;
}
