/** A cluster by its API server's address, as Argo CD's destinations name it; the local one is `LOCAL_CLUSTER`. */
export type ClusterId = string;

/** The cluster that Capstan itself talks to by default. */
export const LOCAL_CLUSTER: ClusterId = 'https://kubernetes.default.svc';

/** As whom a request is made: Capstan's own rights, or a user it impersonates. */
export type Identity =
  | { readonly kind: 'controller' }
  | { readonly kind: 'impersonated'; readonly user: string; readonly groups: readonly string[] };

/** Where and as whom: every reference, cache, claim and queue is keyed by the cluster, every write made as the identity. */
export interface Target {
  readonly cluster: ClusterId;
  readonly identity: Identity;
}

/** One string for a target, fit for Map keys. */
export function targetKey(target: Target): string {
  const who =
    target.identity.kind === 'controller' ? '' : `${target.identity.user} ${target.identity.groups.join(' ')}`;
  return `${target.cluster} ${who}`;
}
