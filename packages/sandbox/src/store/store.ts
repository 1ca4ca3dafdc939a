import { CapstanError } from '@capstan/errors';
import { isJsonObject, type JsonObject, type KubernetesObject } from '@capstan/object';
import { formatJson, parseJson } from '../json.ts';
import { AppendLog } from './append-log.ts';
import { Collection, STORED_FORM, type Batch, type Change, type Stored } from './collection.ts';
import { lockState } from './state-lock.ts';
import { logPath, readState, syncFolder, writeSnapshot } from './state-files.ts';

/** A log longer than this is compacted into a snapshot, in bytes. */
const COMPACT_AT_BYTES = 64 * 1024 * 1024;

/** Called within a write. */
export type ChangeObserver = (change: Change) => void;
/** Called with changes of one collection once they are durable. */
export type BatchListener = (batch: Batch) => void;

/**
 * The sandbox's database: every object in memory, every change appended to a log on disk before it is answered, one
 * revision counter over all. Writes are synchronous and visible at once inside the process; `durable()` tells when
 * they would survive SIGKILL, and nothing is answered or watched before that.
 */
export class Store {
  readonly #stateDir: string;
  readonly #unlock: () => void;
  readonly #compactAtBytes: number;
  readonly #collections = new Map<string, Collection>();
  readonly #listeners = new Map<string, Set<BatchListener>>();
  readonly #observers = new Set<ChangeObserver>();
  #log: AppendLog | undefined;
  #generation = 1;
  #revision = 0;
  #published = 0;
  #startRevision = 0;
  #unpublished: Change[] = [];
  #sent: readonly Change[] = [];
  #compaction: Promise<void> | undefined;
  #closing: AppendLog | undefined;
  #held = 0;

  private constructor(stateDir: string, unlock: () => void, compactAtBytes: number) {
    this.#compactAtBytes = compactAtBytes;
    this.#stateDir = stateDir;
    this.#unlock = unlock;
  }

  /**
   * Opens a state folder, made when absent, and takes its lock. A log longer than `compactAtBytes` is compacted.
   * @throws CapstanError SANDBOX_STATE_LOCKED, SANDBOX_STATE_CORRUPT
   */
  static async open(stateDir: string, compactAtBytes = COMPACT_AT_BYTES): Promise<Store> {
    const unlock = lockState(stateDir);
    const store = new Store(stateDir, unlock, compactAtBytes);
    try {
      const content = readState(stateDir);
      store.#load(content.snapshot, content.log);
      store.#generation = content.generation;
      store.#log = await store.#openLog(content.generation);
      await syncFolder(stateDir);
    } catch (error) {
      unlock();
      throw error;
    }
    return store;
  }

  /** The revision of the last write. */
  get revision(): number {
    return this.#revision;
  }

  /** The revision up to which changes have been published to watches. */
  get published(): number {
    return this.#published;
  }

  /** The collection of a resource, empty when nothing was stored there yet. */
  collection(id: string): Collection {
    let found = this.#collections.get(id);
    if (found === undefined) {
      found = new Collection(id, this.#startRevision);
      this.#collections.set(id, found);
    }
    return found;
  }

  /** Stores an object under the next revision, which it gets as metadata.resourceVersion. */
  put(id: string, key: string, object: KubernetesObject): Stored {
    this.#assertWritable();
    const revision = ++this.#revision;
    const stored = stamp(key, object, revision);
    const previous = this.collection(id).get(key);
    this.#commit({ type: previous === undefined ? 'ADDED' : 'MODIFIED', id, revision, current: stored, previous });
    const json = formatJson(stored.object);
    stored.encoded.set(STORED_FORM, json);
    this.#append(`{"r":${revision},"c":${JSON.stringify(id)},"k":${JSON.stringify(key)},"o":${json}}`, revision);
    return stored;
  }

  /** Removes an object; `last` is how watches see it go. */
  remove(id: string, key: string, last: KubernetesObject): Stored {
    this.#assertWritable();
    const revision = ++this.#revision;
    const stored = stamp(key, last, revision);
    const previous = this.collection(id).get(key);
    this.#commit({ type: 'DELETED', id, revision, current: stored, previous });
    this.#append(formatJson({ r: revision, c: id, k: key, o: null }), revision);
    return stored;
  }

  /** Forgets all history, as an etcd compaction does: older watches and continue tokens are answered 410. */
  compactHistory(): void {
    for (const collection of this.#collections.values()) collection.compact(this.#revision);
    this.#startRevision = this.#revision;
  }

  /** Resolves once everything written so far would survive SIGKILL. */
  async durable(): Promise<void> {
    await this.#closing?.durable();
    await this.#log?.durable();
  }

  /** Whether an answer may be sent at once. */
  get idle(): boolean {
    return (this.#closing?.idle ?? true) && (this.#log?.idle ?? true);
  }

  /** Calls `listener` with the durable changes of a collection; returns the function that ends it. */
  subscribe(id: string, listener: BatchListener): () => void {
    const listeners = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Calls `observer` at once, within the write, for every change of any collection: for indexes. */
  observe(observer: ChangeObserver): void {
    this.#observers.add(observer);
  }

  /** Every object there is: for indexes when they start. */
  *everything(): Generator<readonly [collection: string, stored: Stored]> {
    for (const collection of this.#collections.values()) {
      for (const stored of collection.list()) yield [collection.id, stored];
    }
  }

  /** Makes everything durable, closes the files and gives the state folder back. */
  async close(): Promise<void> {
    try {
      await this.#compaction;
      await this.#log?.close();
    } finally {
      this.#unlock();
    }
  }

  #commit(change: Omit<Change, 'collection'> & { readonly id: string }): void {
    const { id, ...rest } = change;
    const full: Change = { ...rest, collection: id };
    this.collection(id).commit(full);
    this.#unpublished.push(full);
    for (const observer of this.#observers) observer(full);
  }

  #append(line: string, revision: number): void {
    this.#log?.append(line, revision);
    if ((this.#log?.size ?? 0) <= this.#compactAtBytes || this.#compaction !== undefined) return;
    this.#compaction = this.#compact();
    // A failure loses nothing, since the logs stay: close() reports it, and there is no other compaction before.
    this.#compaction.catch(() => undefined);
  }

  /** Sends out what became durable: all changes whose write was covered by the last sync. */
  #publish(upTo: number): void {
    const due = this.#unpublished;
    const split = due.findIndex((change) => change.revision > upTo);
    this.#unpublished = split < 0 ? [] : due.slice(split);
    this.#published = upTo;
    // What an answer or a watch of the last batch needed has been sent; a later reader makes the JSON again.
    for (const { current } of this.#sent) current.encoded.clear();
    this.#sent = split < 0 ? due : due.slice(0, split);
    const batches = new Map<string, Change[]>();
    for (const change of this.#sent) {
      const batch = batches.get(change.collection);
      if (batch === undefined) batches.set(change.collection, [change]);
      else batch.push(change);
    }
    for (const [id, changes] of batches) {
      const batch: Batch = { changes, encoded: new Map() };
      for (const listener of this.#listeners.get(id) ?? []) listener(batch);
    }
  }

  async #openLog(generation: number): Promise<AppendLog> {
    const log: AppendLog = await AppendLog.open(logPath(this.#stateDir, generation), (upTo) => {
      // While the previous log is still being closed, what came after it waits, so that changes go out in order.
      if (log === this.#log && this.#closing !== undefined) this.#held = upTo;
      else this.#publish(upTo);
    });
    return log;
  }

  async #compact(): Promise<void> {
    const previous = this.#log;
    const next = await this.#openLog(this.#generation + 1);
    this.#generation += 1;
    this.#log = next;
    this.#closing = previous;
    const objects = [...this.everything()];
    const revision = this.#revision;
    await previous?.close();
    this.#closing = undefined;
    if (this.#held > this.#published) this.#publish(this.#held);
    await syncFolder(this.#stateDir);
    await writeSnapshot(this.#stateDir, this.#generation, snapshotLines(revision, objects));
    this.#compaction = undefined;
  }

  #load(snapshot: readonly string[], log: readonly string[]): void {
    for (const line of snapshot) {
      const record = parseRecord(line);
      this.#revision = Math.max(this.#revision, record.revision);
      if (record.object === undefined) continue;
      const stored = { key: record.key, revision: record.own, object: record.object, encoded: new Map() };
      this.collection(record.collection).restore(stored);
    }
    this.#startRevision = this.#revision;
    for (const collection of this.#collections.values()) collection.compact(this.#revision);
    for (const line of log) this.#replay(parseRecord(line));
    this.#published = this.#revision;
    this.#unpublished = [];
  }

  #replay(record: LogRecord): void {
    if (record.revision <= this.#revision) return;
    this.#revision = record.revision;
    const previous = this.collection(record.collection).get(record.key);
    const base = { id: record.collection, revision: record.revision, previous };
    if (record.object !== undefined) {
      const current = { key: record.key, revision: record.revision, object: record.object, encoded: new Map() };
      this.#commit({ ...base, type: previous === undefined ? 'ADDED' : 'MODIFIED', current });
    } else if (previous !== undefined) {
      this.#commit({ ...base, type: 'DELETED', current: stamp(record.key, previous.object, record.revision) });
    }
  }

  #assertWritable(): void {
    const failure = this.#log?.failure;
    if (failure !== undefined) throw failure;
  }
}

interface LogRecord {
  readonly revision: number;
  readonly own: number;
  readonly collection: string;
  readonly key: string;
  readonly object: KubernetesObject | undefined;
}

function* snapshotLines(revision: number, objects: readonly (readonly [string, Stored])[]): Generator<string> {
  yield formatJson({ r: revision, c: '', k: '', o: null });
  for (const [id, stored] of objects) {
    yield formatJson({ r: revision, v: stored.revision, c: id, k: stored.key, o: stored.object });
  }
}

function parseRecord(line: string): LogRecord {
  const value = parseJson(line);
  if (isJsonObject(value)) {
    const { r, v, c, k, o } = value;
    const object = o === undefined || o === null ? undefined : o;
    if (typeof r === 'number' && typeof c === 'string' && typeof k === 'string') {
      if (object === undefined || isStoredObject(object)) {
        return { revision: r, own: typeof v === 'number' ? v : r, collection: c, key: k, object };
      }
    }
  }
  throw new CapstanError('SANDBOX_STATE_CORRUPT', 'a line of the state log is whole but is no record; start anew');
}

function isStoredObject(value: unknown): value is KubernetesObject {
  return isJsonObject(value) && typeof value['kind'] === 'string' && isJsonObject(value['metadata']);
}

function stamp(key: string, object: KubernetesObject, revision: number): Stored {
  const metadata: JsonObject = { ...object.metadata, resourceVersion: String(revision) };
  return { key, revision, object: { ...object, metadata }, encoded: new Map() };
}
