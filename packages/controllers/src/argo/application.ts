import { Application } from '@capstan/api';
import {
  isJsonObject,
  refOf,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
  type VersionedRef,
} from '@capstan/object';
import { viewOf } from '../flux/resource-view.ts';
import { normalSource } from './normal-source.ts';

/** The spec of an Application. */
export type ApplicationSpec = Application['spec'];
/** The status of an Application, as it was read. */
export type ApplicationStatus = NonNullable<Application['status']>;
/** A source of an Application. */
export type Source = NonNullable<ApplicationSpec['source']>;
/** An operation on an Application. */
export type Operation = NonNullable<Application['operation']>;
/** What a sync is asked to do. */
export type SyncOperation = NonNullable<Operation['sync']>;

/** An Application as a reconciler looks at it: the object, and its parts as they were read. */
export interface ApplicationView {
  readonly ref: VersionedRef;
  readonly object: KubernetesObject;
  readonly spec: ApplicationSpec;
  readonly status: ApplicationStatus;
  readonly operation: Operation | undefined;
}

/** Reads an Application. Throws SPEC_INVALID. */
export function readApplication(object: KubernetesObject): ApplicationView {
  const { spec: written, status, operation } = viewOf(Application, object);
  const spec: ApplicationSpec = {
    ...written,
    ...(written.source === undefined ? {} : { source: normalSource(written.source) }),
    ...(written.sources === undefined ? {} : { sources: written.sources.map(normalSource) }),
  };
  return { ref: refOf(object), object, spec, status: status ?? {}, operation };
}

/** The key under which interests and fairness know an Application. */
export function ownerKey(ref: { readonly namespace: string; readonly name: string }): string {
  return `Application/${ref.namespace}/${ref.name}`;
}

/** A part of an Application as plain JSON, without keys that have no value. */
export function plain(value: object): JsonObject {
  const result: Record<string, JsonValue> = {};
  for (const [key, entry] of Object.entries(value) as [string, unknown][]) {
    if (entry === undefined) continue;
    result[key] = plainValue(entry);
  }
  return result;
}

function plainValue(value: unknown): JsonValue {
  if (Array.isArray(value)) return (value as unknown[]).map(plainValue);
  if (isJsonObject(value)) return plain(value);
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
    case 'boolean':
      return value;
    default:
      return null;
  }
}
