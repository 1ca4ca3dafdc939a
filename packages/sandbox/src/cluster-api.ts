import type { JsonValue, KubernetesObject } from '@capstan/object';

/** A kind's place in the API: `{group: 'apps', version: 'v1', resource: 'deployments'}`. */
export interface ResourceName {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

/** Which objects a list or watch is for. */
export interface Selection {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** A change, as a watch delivers it. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubernetesObject;
}

/** Options of a write made from inside. `manager` is the field manager; `subresource` e.g. 'status'. */
export interface WriteOptions {
  readonly manager: string;
  readonly subresource?: string;
}

/**
 * The sandbox's API from inside the process, for the simulated controllers: the same code path as HTTP (defaults,
 * validation, admission, managed fields, watches), without the wire. Failures are thrown as `ApiStatusError`.
 */
export interface ClusterApi {
  get(resource: ResourceName, namespace: string, name: string): KubernetesObject | undefined;
  list(resource: ResourceName, selection?: Selection): readonly KubernetesObject[];
  create(resource: ResourceName, object: KubernetesObject, options: WriteOptions): KubernetesObject;
  /** PUT: with metadata.resourceVersion set, a stale one is a conflict. */
  update(resource: ResourceName, object: KubernetesObject, options: WriteOptions): KubernetesObject;
  /** JSON merge patch. */
  patch(
    resource: ResourceName,
    namespace: string,
    name: string,
    patch: JsonValue,
    options: WriteOptions,
  ): KubernetesObject;
  delete(
    resource: ResourceName,
    namespace: string,
    name: string,
    options?: {
      readonly uid?: string;
      readonly propagation?: 'Background' | 'Foreground' | 'Orphan';
      readonly gracePeriodSeconds?: number;
    },
  ): void;
  /** Calls `listener` after every change of the resource; returns the function that ends it. */
  watch(resource: ResourceName, listener: (event: WatchEvent) => void): () => void;
}

/** Time as the simulated controllers see it, so that a deadline of ten minutes can be over at once. */
export interface Clock {
  now(): Date;
  /** Calls `run` once `milliseconds` have passed; returns the function that cancels it. */
  after(milliseconds: number, run: () => void): () => void;
}
