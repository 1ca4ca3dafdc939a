import type { KubernetesObject } from '@capstan/object';
import type { Authorizer } from '../access/authorizer.ts';
import { SERVER, type User } from '../access/user.ts';
import type { ServiceBook } from '../admission/service-book.ts';
import type { Clock } from '../cluster-api.ts';
import { objectKey, type Collection, type Stored } from '../store/collection.ts';
import type { Store } from '../store/store.ts';
import { notFound } from './api-status-error.ts';
import type { ResourceRegistry } from './resource-registry.ts';
import type { Resource } from './resource.ts';

/** How an object's fields that its kind does not know are treated. */
export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

/** What a write is made with, beside the object. */
export interface WriteRequest {
  /** Field manager, at most 128 characters. */
  readonly manager: string;
  /** '' for the object itself, else the subresource. */
  readonly subresource: string;
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  /** Server-side apply only: take fields from other managers. */
  readonly force: boolean;
  /** Problems that the decoder of the body found, as `duplicate field "spec.replicas"`. */
  readonly duplicates: readonly string[];
  /** Warnings for the answer's headers; the pipeline adds to it. */
  readonly warnings: string[];
  readonly user: User;
  /** The name in the URL; '' where the request names no object. */
  readonly urlName: string;
  /** A create by an update or an apply, for which its right is still to be asked. */
  readonly upserts?: true;
}

/** A write from inside the process. */
export function internalRequest(manager: string, subresource = ''): WriteRequest {
  return {
    manager,
    subresource,
    dryRun: false,
    fieldValidation: 'Ignore',
    force: false,
    duplicates: [],
    warnings: [],
    user: SERVER,
    urlName: '',
  };
}

/** What all operations work on. */
export interface Cluster {
  readonly store: Store;
  readonly registry: ResourceRegistry;
  readonly clock: Clock;
  /** The addresses that Services hold. */
  readonly services: ServiceBook;
  /** Who may do what. */
  readonly access: Authorizer;
  /** A new random identifier; from outside, so that tests can fix it. */
  readonly newUid: () => string;
}

/** The collection that keeps a resource's objects. */
export function collectionOf(cluster: Cluster, resource: Resource): Collection {
  return cluster.store.collection(resource.collection);
}

/** The stored form of an object, or undefined. */
export function findStored(cluster: Cluster, resource: Resource, namespace: string, name: string): Stored | undefined {
  return collectionOf(cluster, resource).get(objectKey(resource.namespaced ? namespace : '', name));
}

/**
 * An object as the resource's version shows it.
 * @throws ApiStatusError 404
 */
export function getObject(cluster: Cluster, resource: Resource, namespace: string, name: string): KubernetesObject {
  const stored = findStored(cluster, resource, namespace, name);
  if (stored === undefined) throw notFound(resource, name);
  return resource.fromStorage(stored.object);
}

/** RFC 3339 in seconds, as metav1.Time is written. */
export function timestamp(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
