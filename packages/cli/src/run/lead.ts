import type { Log } from '@capstan/controllers';
import { messageOf } from '@capstan/errors';
import { electLeader, type KubeClient, type Leadership, type LeaseSettings } from '@capstan/kube';
import type { Dialect } from '@capstan/views';

/** Where the Leases stand and who takes them. */
export interface LeaseOptions {
  readonly fluxNamespace: string;
  readonly argoNamespace: string;
  readonly identity: string;
}

/**
 * The Leases of a dialect. Flux's are upstream's own, so that its controllers and ours never run together; Argo CD's
 * application controller has none, so that ours is between replicas of Capstan.
 */
export function leasesOf(dialect: Dialect, options: LeaseOptions): readonly LeaseSettings[] {
  const { identity } = options;
  switch (dialect) {
    case 'flux':
      return ['source-controller-leader-election', 'kustomize-controller-leader-election'].map((name) => ({
        namespace: options.fluxNamespace,
        name,
        identity,
      }));
    case 'argo':
      return [{ namespace: options.argoNamespace, name: 'capstan-leader-election', identity }];
    default:
      return dialect satisfies never;
  }
}

/** Waits until this process leads a dialect. Rejects with the signal's reason. */
export function leadDialect(
  client: KubeClient,
  dialect: Dialect,
  options: LeaseOptions,
  log: Log,
  signal: AbortSignal,
): Promise<Leadership> {
  return electLeader({
    client,
    leases: leasesOf(dialect, options),
    signal,
    onWaiting: (lease, holder) => log.info({ dialect, lease, holder }, 'another process leads; waiting'),
    onFailure: (error) =>
      log.warn({ dialect, error: messageOf(error) }, 'a Lease could not be taken; it is tried again'),
  });
}
