import { healthCodes, type HealthCode } from '@capstan/health';
import type { KubernetesObject, VersionedRef } from '@capstan/object';
import { mappingsAt, textAt } from './fields.ts';

/** One object that an app applies, as its status tells. */
export interface AppResource {
  readonly ref: VersionedRef;
  /** As Argo CD's status has it; 'Synced' for what stands in Flux's inventory. */
  readonly sync: 'Synced' | 'OutOfSync' | 'Unknown';
  readonly health: HealthCode | undefined;
  readonly message: string;
  /** No longer in the source, and still in the cluster. */
  readonly toPrune: boolean;
}

/** The objects that an app applies, by its status: Argo CD's `resources`, Flux's `inventory`. */
export function resourcesOf(app: KubernetesObject): readonly AppResource[] {
  return app.kind === 'Application' ? argoResources(app) : fluxResources(app);
}

function argoResources(app: KubernetesObject): readonly AppResource[] {
  return mappingsAt(app, 'status', 'resources').map((entry) => {
    const sync = textAt(entry, 'status');
    const health = textAt(entry, 'health', 'status');
    return {
      ref: {
        group: textAt(entry, 'group'),
        version: textAt(entry, 'version'),
        kind: textAt(entry, 'kind'),
        namespace: textAt(entry, 'namespace'),
        name: textAt(entry, 'name'),
      },
      sync: sync === 'Synced' || sync === 'OutOfSync' ? sync : 'Unknown',
      health: healthCodes.find((code) => code === health),
      message: textAt(entry, 'health', 'message'),
      toPrune: entry['requiresPruning'] === true,
    };
  });
}

// An id is `namespace_name_group_Kind`; colons in the names of RBAC objects are written as two underscores.
function fluxResources(app: KubernetesObject): readonly AppResource[] {
  return mappingsAt(app, 'status', 'inventory', 'entries').flatMap((entry) => {
    const parts = /^([^_]*)_(.*)_([^_]*)_([^_]+)$/.exec(textAt(entry, 'id'));
    if (parts === null) return [];
    const [, namespace = '', written = '', group = '', kind = ''] = parts;
    const name = group === 'rbac.authorization.k8s.io' ? written.replaceAll('__', ':') : written;
    const ref = { group, version: textAt(entry, 'v'), kind, namespace, name };
    return [{ ref, sync: 'Synced', health: undefined, message: '', toPrune: false } as const];
  });
}
