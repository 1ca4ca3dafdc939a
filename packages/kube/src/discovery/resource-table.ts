import { CapstanError } from '@capstan/errors';
import type { GroupKind, GroupVersionKind } from '@capstan/object';
import type { ApiResource } from './discovery.ts';

/** What one reading of a cluster's discovery came to. */
export interface DiscoveryReading {
  /** In the server's order: preferred versions first within a group. */
  readonly resources: readonly ApiResource[];
  /** Groups of which at least one version could not be read, with why. */
  readonly failed: ReadonlyMap<string, string>;
}

/** Resources by kind. */
export interface ResourceTable extends DiscoveryReading {
  find(kind: GroupVersionKind): ApiResource | undefined;
  preferred(kind: GroupKind): ApiResource | undefined;
  /** One string for all that is served, to tell whether something has changed. */
  readonly signature: string;
}

/** Makes the table of a reading. Where two resources have one kind, the first wins. */
export function resourceTable(reading: DiscoveryReading): ResourceTable {
  const byKind = new Map<string, ApiResource>();
  const byGroupKind = new Map<string, ApiResource>();
  for (const resource of reading.resources) {
    const groupKind = `${resource.group}/${resource.kind}`;
    const key = `${groupKind}/${resource.version}`;
    if (!byKind.has(key)) byKind.set(key, resource);
    if (!byGroupKind.has(groupKind)) byGroupKind.set(groupKind, resource);
  }
  return {
    ...reading,
    find: (kind) => byKind.get(`${kind.group}/${kind.kind}/${kind.version}`),
    preferred: (kind) => byGroupKind.get(`${kind.group}/${kind.kind}`),
    signature: JSON.stringify([reading.resources, [...reading.failed.keys()].sort()]),
  };
}

/** The error for a kind that is not served; where its group's discovery failed, that instead: it may be served. */
export function unknownKind(kind: GroupKind & { readonly version?: string }, table: ResourceTable): CapstanError {
  const name = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  const data = { group: kind.group, kind: kind.kind, version: kind.version ?? '' };
  const failure = table.failed.get(kind.group);
  if (failure !== undefined) {
    const text = `${name}: what the cluster serves of the group ${kind.group} is not known: ${failure}`;
    return new CapstanError('KUBE_SERVER_ERROR', text, { data: { ...data, groupFailed: true } });
  }
  const version = kind.version === undefined ? '' : ` in version ${kind.version}`;
  return new CapstanError('KUBE_KIND_UNKNOWN', `the cluster serves no ${name}${version}`, { data });
}
