import type { GroupKind, KubernetesObject } from '@capstan/object';
import { gvkOf } from '@capstan/object';
import type { ReflectorSink, ReflectorState } from '../watch/reflector.ts';
import { compareResourceVersions } from '../watch/resource-version.ts';
import type { ByteBudget } from './byte-budget.ts';
import type { HotObjects } from './hot-objects.ts';
import type { ObjectIndexes } from './object-indexes.ts';
import { packer, type Packer } from './packer.ts';
import {
  deepFreeze,
  entryOf,
  keyOf,
  metadataText,
  ownersOf,
  withoutManagedFields,
  type StoredObject,
} from './stored-object.ts';
import type { CacheChange, WatchCacheOptions } from './watch-cache.ts';

/** What the stores of a cache share. */
export interface StoreParts {
  readonly options: Pick<WatchCacheOptions, 'tracked' | 'summarise' | 'keepManagedFields'>;
  readonly indexes: ObjectIndexes;
  readonly budget: ByteBudget<StoredObject>;
  readonly hot: HotObjects;
  readonly emit: (change: CacheChange) => void;
  readonly onState: (state: ReflectorState) => void;
  readonly onListed: () => void;
  /** Packed copies that went for the budget. */
  readonly onEvicted: (count: number) => void;
}

/** The objects of one kind, as its reflector reports them. */
export interface KindStore extends ReflectorSink {
  readonly kind: GroupKind;
  find(namespace: string, name: string): StoredObject | undefined;
  all(): Iterable<StoredObject>;
  readonly size: number;
  readonly listed: boolean;
  readonly observed: string | undefined;
  unpack(stored: StoredObject): KubernetesObject | undefined;
  /** Keeps a copy read from the API, where it is what is stored. */
  keep(stored: StoredObject, object: KubernetesObject): void;
  /** Its next list takes every object anew, for indexes that have changed; until then it is not listed. */
  renew(): void;
  /** Forgets everything without a word: the kind is no longer watched. */
  drop(): void;
}

/** Makes the store of a kind. */
export function kindStore(kind: GroupKind, parts: StoreParts): KindStore {
  const objects = new Map<string, StoredObject>();
  let packing: Packer = packer();
  let round = 0;
  let renewed = 0;
  let listed = false;
  let observed: string | undefined;

  const remember = (stored: StoredObject, object: KubernetesObject): void => {
    stored.hot = object;
    stored.packed = undefined;
    parts.hot.put(stored, object, cool);
  };

  const cool = (stored: StoredObject): void => {
    const object = stored.hot;
    stored.hot = undefined;
    if (object === undefined || stored.packed !== undefined) return;
    stored.packed = packing.pack(object);
    const gone = parts.budget.put(stored, stored.packed.byteLength);
    for (const other of gone) other.packed = undefined;
    if (gone.length > 0) parts.onEvicted(gone.length);
  };

  const forget = (stored: StoredObject): void => {
    parts.budget.remove(stored);
    parts.hot.remove(stored);
    parts.indexes.remove(stored);
  };

  const upsert = (raw: KubernetesObject, initial: boolean): void => {
    const namespace = metadataText(raw, 'namespace');
    const name = metadataText(raw, 'name');
    const key = keyOf(namespace, name);
    const before = objects.get(key);
    const resourceVersion = metadataText(raw, 'resourceVersion');
    if (before !== undefined && before.uid === metadataText(raw, 'uid')) {
      const isRenewed = before.seenIn < renewed;
      before.seenIn = round;
      // Seen already, or newer than what a lagging server tells.
      const order = compareResourceVersions(resourceVersion, before.resourceVersion);
      if ((resourceVersion === before.resourceVersion && !isRenewed) || (order !== undefined && order < 0)) return;
    }
    const keep = parts.options.keepManagedFields?.(raw) === true;
    const object = deepFreeze(keep ? raw : withoutManagedFields(raw));
    const tracked = parts.options.tracked(object);
    const stored: StoredObject = {
      kind,
      version: gvkOf(object).version,
      namespace,
      name,
      uid: metadataText(object, 'uid'),
      resourceVersion,
      owners: ownersOf(object),
      deleting: metadataText(object, 'deletionTimestamp') !== '',
      tracked,
      summary: parts.options.summarise?.(object),
      indexed: parts.indexes.keysOf(object),
      hot: undefined,
      packed: undefined,
      seenIn: round,
    };
    // Another UID under the same name: the first one was deleted, though nobody saw it.
    if (before !== undefined && before.uid !== stored.uid) remove(before, undefined, initial);
    else if (before !== undefined) forget(before);
    objects.set(key, stored);
    parts.indexes.add(stored);
    if (tracked) remember(stored, object);
    const changed = before !== undefined && before.uid === stored.uid;
    parts.emit({
      type: changed ? 'changed' : 'added',
      entry: entryOf(stored),
      object,
      initial,
      ...(changed ? { previousResourceVersion: before.resourceVersion } : {}),
    });
  };

  const remove = (stored: StoredObject, last: KubernetesObject | undefined, initial: boolean): void => {
    const object = last ?? unpack(stored);
    const entry = entryOf(stored);
    objects.delete(keyOf(stored.namespace, stored.name));
    forget(stored);
    parts.emit({
      type: 'deleted',
      entry: last === undefined ? entry : { ...entry, resourceVersion: metadataText(last, 'resourceVersion') },
      initial,
      previousResourceVersion: stored.resourceVersion,
      ...(object === undefined ? {} : { object }),
    });
  };

  const unpack = (stored: StoredObject): KubernetesObject | undefined => {
    if (stored.hot !== undefined) {
      parts.hot.touch(stored);
      return stored.hot;
    }
    if (stored.packed === undefined) return undefined;
    const object = deepFreeze(packing.unpack(stored.packed));
    stored.hot = object;
    parts.hot.put(stored, object, cool);
    return object;
  };

  const removeAll = (): void => {
    for (const stored of [...objects.values()]) remove(stored, undefined, true);
  };

  return {
    kind,
    find: (namespace, name) => objects.get(keyOf(namespace, name)),
    all: () => objects.values(),
    unpack,
    keep: (stored, object) => {
      const current = objects.get(keyOf(stored.namespace, stored.name));
      if (current !== stored || metadataText(object, 'resourceVersion') !== stored.resourceVersion) return;
      stored.tracked ||= parts.options.tracked(object);
      if (stored.tracked) remember(stored, object);
    },
    renew: () => {
      renewed = round + 1;
      listed = false;
    },
    drop: () => {
      for (const stored of objects.values()) forget(stored);
      objects.clear();
      packing = packer();
      listed = false;
      observed = undefined;
    },
    begin: () => {
      round += 1;
    },
    page: (items) => {
      for (const item of items) upsert(item, true);
    },
    complete: (resourceVersion) => {
      for (const stored of [...objects.values()]) if (stored.seenIn !== round) remove(stored, undefined, true);
      observed = resourceVersion;
      listed = true;
      parts.onListed();
    },
    event: (type, object, resourceVersion) => {
      if (type === 'DELETED') {
        const stored = objects.get(keyOf(metadataText(object, 'namespace'), metadataText(object, 'name')));
        const same = stored !== undefined && stored.uid === metadataText(object, 'uid');
        if (same) remove(stored, deepFreeze(withoutManagedFields(object)), false);
      } else {
        upsert(object, false);
      }
      observed = resourceVersion;
    },
    bookmark: (resourceVersion) => {
      observed = resourceVersion;
    },
    absent: () => {
      removeAll();
      observed = undefined;
      listed = true;
      parts.onListed();
    },
    state: parts.onState,
    get size() {
      return objects.size;
    },
    get listed() {
      return listed;
    },
    get observed() {
      return observed;
    },
  };
}
