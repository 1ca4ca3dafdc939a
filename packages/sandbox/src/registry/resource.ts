import type { JsonObject, JsonValue, KubernetesObject, TypesByKind } from '@capstan/object';
import type { Creation } from '../defaults/index.ts';
import type { FieldError } from './api-status-error.ts';

/** Where a custom resource keeps what its scale subresource shows, as JSON paths without the leading dot. */
export interface ScalePaths {
  readonly specReplicas: readonly string[];
  readonly statusReplicas: readonly string[];
  readonly selector: readonly string[] | undefined;
}

/** A subresource that is served. */
export interface Subresource {
  readonly name: string;
  readonly kind: string;
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
}

/** What decoding an object against its schema found. */
export interface Decoded {
  /** The object with only known fields. */
  readonly object: KubernetesObject;
  /** Paths of unknown fields, as `spec.foo` or `spec.containers[0].foo`. */
  readonly unknown: readonly string[];
}

/** A column of a Table. */
export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

/** How a kind is shown in a Table. */
export interface TableShape {
  readonly columns: readonly TableColumn[];
  cells(object: KubernetesObject, now: Date): readonly JsonValue[];
}

/** What is particular to a kind; built-in kinds and custom resources each have an implementation. */
export interface Strategy {
  /**
   * Checks the types of the fields and drops unknown ones.
   * @throws ApiStatusError 400 where a value has a type that its field cannot hold
   */
  decode(object: KubernetesObject): Decoded;
  /** Fills in defaults. */
  applyDefaults(object: KubernetesObject): KubernetesObject;
  /** What the server itself adds to a new object: the first status, finalizers, generated parts. */
  prepareForCreate(object: KubernetesObject, creation: Creation): KubernetesObject;
  /** What is wrong with an object, as an update of `old` when given. */
  validate(object: KubernetesObject, old: KubernetesObject | undefined, subresource: string): readonly FieldError[];
  /** Whether the change counts as a new generation. */
  bumpsGeneration(object: KubernetesObject, old: KubernetesObject): boolean;
  /** Whether objects of the kind have metadata.generation at all. */
  readonly hasGeneration: boolean;
  /** The OpenAPI v3 document that holds the schema of the kind, and the schema's name in it. */
  schema(): { readonly document: JsonObject; readonly name: string } | undefined;
  /** The types that server-side apply merges by, for every version in which a manager may have written. */
  types(): TypesByKind;
  table(): TableShape | undefined;
  readonly scale: ScalePaths | undefined;
  /** Fields that can be selected by, beside metadata.name and metadata.namespace; undefined: not selectable. */
  selectableField(object: KubernetesObject, field: string): string | undefined;
  readonly selectableFields: readonly string[];
}

/** A resource in one version, as it is served. */
export interface Resource extends Strategy {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly Subresource[];
  readonly storageVersionHash: string;
  /** Identity of the collection that keeps the objects: one for all versions. */
  readonly collection: string;
  readonly custom: boolean;
  /** From the stored form to this version, and back. */
  fromStorage(object: KubernetesObject): KubernetesObject;
  toStorage(object: KubernetesObject): KubernetesObject;
}

/** Whether the resource has a subresource of that name. */
export function hasSubresource(resource: Resource, name: string): boolean {
  return resource.subresources.some((subresource) => subresource.name === name);
}

/** The apiVersion that objects of the resource bear. */
export function apiVersionOf(resource: { readonly group: string; readonly version: string }): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}
