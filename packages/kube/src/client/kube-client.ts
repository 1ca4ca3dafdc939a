import type {
  GroupVersionKind,
  JsonArray,
  JsonObject,
  JsonValue,
  KubernetesObject,
  Target,
  VersionedRef,
} from '@capstan/object';
import type { Discovery } from '../discovery/discovery.ts';

/** What every call takes. */
export interface CallOptions {
  /** Ends the call; it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Bound on the whole call, waiting for its turn and retries included; milliseconds, 30 s when absent. */
  readonly timeoutMs?: number;
  /** Called once for each `Warning: 299` header of the answer. */
  readonly onWarning?: (text: string) => void;
  /** Who asks, for fairness: callers with different keys take turns when the client is held back. */
  readonly caller?: string;
}

/** How strictly the server treats fields that it does not know or that come twice. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** What every write takes. `dryRun` goes through admission and validation, and stores nothing. */
export interface WriteOptions extends CallOptions {
  readonly fieldManager?: string;
  readonly dryRun?: boolean;
  readonly fieldValidation?: FieldValidation;
  /** `status`, `scale`, … */
  readonly subresource?: string;
}

/** The four patch kinds of the Kubernetes API. */
export type Patch =
  | { readonly kind: 'json'; readonly operations: JsonArray }
  | { readonly kind: 'merge'; readonly patch: JsonObject }
  | { readonly kind: 'strategic'; readonly patch: JsonObject }
  /** Server-side apply: needs `fieldManager`. */
  | { readonly kind: 'apply'; readonly object: KubernetesObject };

/** Options of a patch. `force` belongs to `apply` alone: take fields that other managers own. */
export interface PatchOptions extends WriteOptions {
  readonly force?: boolean;
}

/** Options of a deletion. The preconditions make it a conflict when the object is another one, or has changed. */
export interface DeleteOptions extends CallOptions {
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan';
  readonly gracePeriodSeconds?: number;
  readonly dryRun?: boolean;
}

/** Which objects. No namespace means all of them. */
export interface SelectOptions extends CallOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Ask for metadata alone (PartialObjectMetadata): enough to see that something changed. */
  readonly metadataOnly?: boolean;
}

/** Options of a list. `limit` is the page size (500 when absent). `resourceVersion: '0'` reads the server's cache. */
export interface ListOptions extends SelectOptions {
  readonly limit?: number;
  readonly resourceVersion?: string;
}

/** One page of a list. */
export interface ObjectPage {
  readonly items: readonly KubernetesObject[];
  /** The version of the whole list: where a watch goes on. */
  readonly resourceVersion: string;
  /** The server could not continue (410), so the list starts again with this page: forget the earlier ones. */
  readonly restarted: boolean;
}

/** A whole list. */
export interface ObjectList {
  readonly items: readonly KubernetesObject[];
  readonly resourceVersion: string;
}

/** Options of one watch connection. Most want a reflector (`watchKind`) or the cache, which survive its end. */
export interface WatchOptions extends SelectOptions {
  readonly resourceVersion?: string;
  readonly bookmarks?: boolean;
  /** How long the server keeps it open; seconds. */
  readonly timeoutSeconds?: number;
  /** Without a byte for so long the watch ends with KUBE_TIMEOUT; milliseconds. */
  readonly silenceMs?: number;
  /** Called once the server has accepted the watch, before its first event. */
  readonly onOpen?: () => void;
}

/** A watch event as it came. An ERROR event is thrown as its Status's error instead (410: KUBE_GONE). */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: KubernetesObject;
}

/** A request by hand. `body` is sent as JSON unless `contentType` says otherwise. */
export interface RawRequest extends CallOptions {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, beginning with a slash. */
  readonly path: string;
  readonly body?: JsonValue | string;
  readonly contentType?: string;
  readonly accept?: string;
}

/** The answer to a raw request, body unread as text; a status of 400 or more is thrown instead. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a deletion came to: gone, or waiting for finalizers and grace. `object` is the state that was answered. */
export interface DeleteResult {
  readonly object?: KubernetesObject;
}

/**
 * One cluster, as one identity. Objects go in and come out as plain values. Every failure is a `CapstanError` with a
 * `KUBE_*` code and `data` of `status`, `reason`, `group`, `kind`, `namespace`, `name`, `causes`, and `ambiguous:
 * true` where a write may have happened though no answer came. 429 and 503 with `Retry-After` are retried within a
 * budget, for reads and for writes that can be repeated.
 */
export interface KubeClient {
  readonly target: Target;
  readonly discovery: Discovery;

  /** Reads an object. Throws KUBE_NOT_FOUND. */
  get(ref: VersionedRef, options?: CallOptions & { readonly subresource?: string }): Promise<KubernetesObject>;
  /** Reads an object; undefined where there is none (the object, not the kind: that throws KUBE_KIND_UNKNOWN). */
  find(ref: VersionedRef, options?: CallOptions): Promise<KubernetesObject | undefined>;
  /** Lists a kind page by page. Items carry their apiVersion and kind. */
  list(kind: GroupVersionKind, options?: ListOptions): AsyncIterable<ObjectPage>;
  /** Lists a kind whole. */
  listAll(kind: GroupVersionKind, options?: ListOptions): Promise<ObjectList>;
  /** Creates an object (POST). With `generateName` a lost reply is ambiguous and never repeated. */
  create(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject>;
  /** Replaces an object (PUT); a stale `metadata.resourceVersion` is KUBE_CONFLICT. */
  update(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject>;
  patch(ref: VersionedRef, patch: Patch, options?: PatchOptions): Promise<KubernetesObject>;
  /** Server-side apply of `object` under `fieldManager`. */
  apply(object: KubernetesObject, options: PatchOptions & { readonly fieldManager: string }): Promise<KubernetesObject>;
  /** Throws KUBE_NOT_FOUND where there is none, KUBE_CONFLICT where a precondition fails. */
  delete(ref: VersionedRef, options?: DeleteOptions): Promise<DeleteResult>;
  /** One watch connection, until it ends. */
  watch(kind: GroupVersionKind, options?: WatchOptions): AsyncIterable<WatchEvent>;
  raw(request: RawRequest): Promise<RawAnswer>;
}
