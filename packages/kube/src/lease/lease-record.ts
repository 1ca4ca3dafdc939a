import {
  getKey,
  getPath,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
  type VersionedRef,
} from '@capstan/object';

/** The state of a Lease, as far as election goes by it. */
export interface LeaseRecord {
  readonly holder: string;
  readonly durationSeconds: number;
  readonly acquireTime: string;
  readonly renewTime: string;
  readonly transitions: number;
}

/** The reference of a Lease. */
export function leaseRef(namespace: string, name: string): VersionedRef {
  return { group: 'coordination.k8s.io', version: 'v1', kind: 'Lease', namespace, name };
}

/** Reads the record out of a Lease; what is missing is empty or 0. */
export function readLease(lease: KubernetesObject): LeaseRecord {
  const spec = (key: string): JsonValue | undefined => getPath(lease, 'spec', key);
  return {
    holder: text(spec('holderIdentity')),
    durationSeconds: number(spec('leaseDurationSeconds')),
    acquireTime: text(spec('acquireTime')),
    renewTime: text(spec('renewTime')),
    transitions: number(spec('leaseTransitions')),
  };
}

/** A Lease that carries the record: on `current`, whose other fields stay, or a new one. */
export function writeLease(ref: VersionedRef, record: LeaseRecord, current?: KubernetesObject): KubernetesObject {
  const before = current === undefined ? undefined : getKey(current, 'spec');
  const spec: JsonObject = {
    ...(typeof before === 'object' && before !== null && !Array.isArray(before) ? (before as JsonObject) : {}),
    holderIdentity: record.holder,
    leaseDurationSeconds: record.durationSeconds,
    acquireTime: record.acquireTime,
    renewTime: record.renewTime,
    leaseTransitions: record.transitions,
  };
  if (current !== undefined) return { ...current, spec };
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: ref.name, namespace: ref.namespace },
    spec,
  };
}

/** A MicroTime as Kubernetes writes it. `now` is wall time in milliseconds. */
export function microTime(now: number): string {
  return `${new Date(now).toISOString().slice(0, -1)}000Z`;
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function number(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}
