import type { GroupKind, GroupVersionKind, JsonObject } from '@capstan/object';

/** How a kind is served. */
export interface ApiResource extends GroupVersionKind {
  /** The name in paths: `deployments`. */
  readonly resource: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
}

/** An OpenAPI v3 document of a group-version, raw, with the hash that the server gives it. */
export interface OpenApiDocument {
  readonly hash: string;
  readonly document: JsonObject;
}

/** A kind's schema: its name in `components.schemas` of the document that holds it and what it refers to. */
export interface KindSchema extends OpenApiDocument {
  readonly schemaName: string;
}

/** What a cluster serves. Kept, and read again when a kind is unknown or a CRD has changed. Shared by all identities. */
export interface Discovery {
  /** How the kind is served in this version. Throws KUBE_KIND_UNKNOWN, or the failure of its group's discovery. */
  resourceFor(kind: GroupVersionKind, options?: { readonly signal?: AbortSignal }): Promise<ApiResource>;
  /** How the kind is served in the server's preferred version. Throws as `resourceFor`. */
  preferred(kind: GroupKind, options?: { readonly signal?: AbortSignal }): Promise<ApiResource>;
  /** What is known now, without a request. */
  known(kind: GroupVersionKind): ApiResource | undefined;
  /** As `known`, where nothing has to be read again first. */
  current(kind: GroupVersionKind): ApiResource | undefined;
  /** What is known now of a kind in the preferred version, without a request. */
  knownPreferred(kind: GroupKind): ApiResource | undefined;
  /** Everything served, preferred versions first within a group. */
  resources(options?: { readonly signal?: AbortSignal }): Promise<readonly ApiResource[]>;
  /** Whether the group's discovery failed last time: then what it serves is not known, and nothing of it may be pruned. */
  groupFailed(group: string): boolean;
  failedGroups(): readonly string[];
  /** Reads again what is served. */
  refresh(options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Says that what is kept may be stale: the next question reads again, and schemas are asked for by hash again. */
  invalidate(): void;
  /** Rises whenever something served has changed. */
  readonly generation: number;
  subscribe(listener: () => void): () => void;
  /** The OpenAPI v3 document of a group-version, kept by hash; undefined where the server has none. */
  openApi(
    group: string,
    version: string,
    options?: { readonly signal?: AbortSignal },
  ): Promise<OpenApiDocument | undefined>;
  /** The schema of a kind; undefined where there is none. */
  schemaFor(kind: GroupVersionKind, options?: { readonly signal?: AbortSignal }): Promise<KindSchema | undefined>;
  serverVersion(options?: { readonly signal?: AbortSignal }): Promise<ServerVersion>;
}

/** The server's own version: `{major: '1', minor: '35', gitVersion: 'v1.35.0'}`. */
export interface ServerVersion {
  readonly major: string;
  readonly minor: string;
  readonly gitVersion: string;
}
