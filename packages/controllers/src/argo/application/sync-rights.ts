import type { Cluster } from '../../runtime/cluster.ts';
import type { DestinationCluster } from '../destination/destination-cluster.ts';
import type { ProjectDestination, ProjectSpec } from '../project/project-spec.ts';
import { serviceAccountOf } from '../project/service-accounts.ts';
import type { ArgoSettings } from '../settings/argo-settings.ts';

/** As whom an Application's syncs write. */
export type SyncRights =
  | { readonly kind: 'granted'; readonly cluster: Cluster; readonly username: string | undefined }
  /** Impersonation is switched on, and there is nobody whose rights a sync may have. */
  | { readonly kind: 'refused'; readonly why: 'no account' | 'unreadable'; readonly message: string };

/** What decides about rights. */
export interface RightsInput {
  readonly settings: Pick<ArgoSettings, 'impersonation'>;
  readonly project: ProjectSpec;
  readonly destination: ProjectDestination;
  readonly at: DestinationCluster;
  /** Where the Application lives. */
  readonly namespace: string;
}

/**
 * As whom a sync writes: as Capstan itself, or, where `application.sync.impersonation.enabled` says so, as the service
 * account that the project names for the destination. Where it names none, that is refused if it is `enforced`. Reads are
 * Capstan's own. Source: argoproj/argo-cd controller/sync.go.
 */
export function syncRights({ settings, project, destination, at, namespace }: RightsInput): SyncRights {
  const own: SyncRights = { kind: 'granted', cluster: at.cluster, username: undefined };
  if (!settings.impersonation.enabled) return own;
  const identity = serviceAccountOf(project, destination, namespace);
  if (identity === undefined) {
    if (!settings.impersonation.enforced) return own;
    const message = `no matching service account found for destination server ${destination.server} and namespace ${destination.namespace}`;
    return { kind: 'refused', why: 'no account', message };
  }
  if (identity.kind === 'refused')
    return {
      kind: 'refused',
      why: 'unreadable',
      message: `failed to derive service account to impersonate: ${identity.message}`,
    };
  const { username } = identity;
  // The API server adds a service account's groups itself where none are named.
  const client = at.cluster.as({ kind: 'impersonated', user: username, groups: [] });
  return { kind: 'granted', cluster: { ...at.cluster, client }, username };
}
