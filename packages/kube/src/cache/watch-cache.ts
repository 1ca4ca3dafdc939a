import type { GroupKind, JsonObject, KubernetesObject, ObjectRef, VersionedRef } from '@capstan/object';
import type { Clock } from '../clock.ts';

/** An owner of an object, as its ownerReferences name it. */
export interface OwnerRef extends GroupKind {
  readonly name: string;
  readonly uid: string;
  readonly controller: boolean;
}

/** What the cache holds of every object, without reading its body. */
export interface CacheEntry {
  readonly ref: VersionedRef;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly owners: readonly OwnerRef[];
  readonly deleting: boolean;
  /** Whether the whole object is kept (or re-read when the budget is spent): see `WatchCacheOptions.tracked`. */
  readonly tracked: boolean;
  /** What `WatchCacheOptions.summarise` made of it: its health, for instance. */
  readonly summary: JsonObject | undefined;
}

/** A change that the cache has taken in. A relist after 410 reports differences only, each once. */
export interface CacheChange {
  readonly type: 'added' | 'changed' | 'deleted';
  readonly entry: CacheEntry;
  /** The object as it came (normalised and frozen); for a deletion its last state, absent where that was not seen. */
  readonly object?: KubernetesObject;
  readonly previousResourceVersion?: string;
  /** From the first list of the kind, or a relist, rather than from an event. */
  readonly initial: boolean;
}

/** An index: the keys under which an object is found. Registered before the cache starts. */
export type IndexFunction = (object: KubernetesObject) => readonly string[];

/** What a cache keeps of objects. */
export interface WatchCacheOptions {
  /** Whether an object is kept whole. Called with each object as it comes. */
  readonly tracked: (object: KubernetesObject) => boolean;
  /** A few facts of every object that are kept with its entry, such as its health. */
  readonly summarise?: (object: KubernetesObject) => JsonObject | undefined;
  /** Whether `metadata.managedFields` is kept of an object. */
  readonly keepManagedFields?: (object: KubernetesObject) => boolean;
  /** Indexes by name. `owner` (by owner UID) is there always. */
  readonly indexes?: Readonly<Record<string, IndexFunction>>;
  /** Bytes for packed objects; 256 MiB when absent. */
  readonly budgetBytes?: number;
  /** How long a kind that nothing holds stays watched; 30 s when absent. */
  readonly lingerMs?: number;
  /** Silence of a watch after which it is made anew; 90 s when absent. */
  readonly silenceMs?: number;
  readonly clock?: Clock;
  /** 0 ≤ x < 1, for jitter. */
  readonly random?: () => number;
  /** A failure that the cache gets over by itself: for logs. */
  readonly onFailure?: (kind: GroupKind, error: unknown) => void;
}

/** A hold on a watched kind: the kind is watched until every hold on it is released. */
export interface KindHold {
  /** Resolves once the first list is in, or the one that `reindex` asks for; rejects when the hold is released first. */
  readonly synced: Promise<void>;
  release(): void;
}

/**
 * The watch cache of one cluster (DESIGN, keystone 7). Kinds are watched while something holds them. Tracked objects
 * are kept whole, normalised (no managedFields unless asked for) and packed, within a budget of bytes; beyond it they
 * are read again from the API. Of the others only `CacheEntry` and index keys are kept. What it hands out is frozen or
 * a copy of its own.
 */
export interface WatchCache {
  /** Watches the kind (in its preferred version) until the hold is released. */
  hold(kind: GroupKind): KindHold;
  watched(kind: GroupKind): boolean;
  /** Whether the kind's first list is in and its watch has not been down for longer than it may. */
  synced(kind: GroupKind): boolean;
  /** Why the kind's watch is not up; undefined while it is. */
  failure(kind: GroupKind): unknown;
  /** The resourceVersion up to which the kind was seen, by events or bookmarks; undefined where it is not watched. */
  observed(kind: GroupKind): string | undefined;
  /** What is known of an object; undefined where it does not exist (or its kind is not watched). */
  entry(ref: ObjectRef): CacheEntry | undefined;
  /** The whole object, from the packed copy or, where that is not kept, from the API. */
  get(ref: ObjectRef, options?: { readonly signal?: AbortSignal }): Promise<KubernetesObject | undefined>;
  /** The packed copy unpacked, without a request; undefined where it is not kept. */
  peek(ref: ObjectRef): KubernetesObject | undefined;
  list(kind: GroupKind, namespace?: string): readonly CacheEntry[];
  byIndex(index: string, key: string): readonly CacheEntry[];
  /**
   * Makes an index anew by another function. What is watched is listed again for it; until then its kinds are not synced,
   * and whoever holds them waits.
   */
  reindex(index: string, keysOf: IndexFunction): void;
  /** Calls `listener` after each change, in order for an object. It must not throw or block. */
  subscribe(listener: (change: CacheChange) => void): () => void;
  /** Bytes held for objects, packed or, by an estimate, in use. */
  bytes(): number;
  stats(): CacheStats;
  /** Ends all watches. */
  close(): Promise<void>;
}

/** Figures for metrics and benchmarks. */
export interface CacheStats {
  readonly kinds: number;
  readonly objects: number;
  readonly tracked: number;
  readonly packedBytes: number;
  readonly evicted: number;
  readonly rereads: number;
  readonly relists: number;
  readonly reconnects: number;
}
