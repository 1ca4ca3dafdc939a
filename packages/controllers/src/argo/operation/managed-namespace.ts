import { deepEqual, parseObject, type JsonObject, type KubernetesObject, type ObjectRef } from '@capstan/object';
import { plain, type ApplicationSpec } from '../application.ts';
import { SYNC_OPTIONS } from '../names.ts';
import type { OperationState } from './state.ts';

// Labels and annotations of the destination's namespace. Source: argoproj/argo-cd controller/sync_namespace.go.

/** What `managedNamespaceMetadata` of a spec says; undefined where it manages none. */
export function namespaceMetadata({ syncPolicy }: Pick<ApplicationSpec, 'syncPolicy'>): JsonObject | undefined {
  const metadata = syncPolicy?.managedNamespaceMetadata;
  return metadata === undefined ? undefined : plain(metadata);
}

/**
 * The namespace that a sync makes. One whose metadata is managed is applied server-side, so that the labels and
 * annotations of others stay.
 */
export function namespaceObject(name: string, managed: JsonObject | undefined): KubernetesObject {
  const { labels, annotations } = managed ?? {};
  const metadata: JsonObject = {
    name,
    ...(labels === undefined ? {} : { labels }),
    ...(managed === undefined
      ? {}
      : { annotations: { ...(annotations as JsonObject | undefined), [SYNC_OPTIONS]: 'ServerSideApply=true' } }),
  };
  return parseObject({ apiVersion: 'v1', kind: 'Namespace', metadata, spec: {}, status: {} }, 'the namespace');
}

/** Whether an object is the namespace of the destination. */
export function isNamespaceOf(ref: ObjectRef, namespace: string): boolean {
  return ref.kind === 'Namespace' && ref.group === '' && namespace !== '' && ref.name === namespace;
}

/** Whether the spec manages metadata of the namespace that the last sync did not: only another one brings it there. */
export function isNamespaceStale(
  spec: Pick<ApplicationSpec, 'syncPolicy'>,
  last: Pick<OperationState, 'revisions' | 'namespaceMetadata'> | undefined,
): boolean {
  const wanted = namespaceMetadata(spec);
  if (wanted === undefined || last?.revisions === undefined) return false;
  return !deepEqual(wanted, last.namespaceMetadata ?? null);
}
