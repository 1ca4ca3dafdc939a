import type { ObjectRef } from '@capstan/object';

/** What an operator may set for Flux's controllers, by kustomize-controller's flags and feature gates of that name. */
export interface FluxOptions {
  /** `StrictPostBuildSubstitutions`: a variable that is not set, and has no word for that case, fails the build. */
  readonly strictSubstitutions: boolean;
  /** `AdditiveCELDependencyCheck`: a `readyExpr` is asked beside the built-in check, not in place of it. */
  readonly additiveReadyExpressions: boolean;
  /** `--default-service-account`: who a Kustomization acts as that names no service account of its own. */
  readonly defaultServiceAccount?: string;
  /** `--no-cross-namespace-refs`: sources and dependencies must be of the Kustomization's own namespace. */
  readonly noCrossNamespaceRefs: boolean;
  /** `--no-remote-bases`: nothing that kustomizations name elsewhere is fetched. */
  readonly noRemoteBases: boolean;
  /** `CancelHealthCheckOnNewRevision`: whether it is told that a newer reconcile ends a health check. */
  readonly tellsCanceledChecks: boolean;
  /** `--insecure-kubeconfig-exec` and `-tls`: what kubeconfigs of Secrets may ask for. */
  readonly insecureKubeconfig: { readonly exec: boolean; readonly tls: boolean };
  /** `--custom-apply-stage-kinds`: `group/Kind` of what is applied before the rest. */
  readonly customStageKinds: ReadonlySet<string>;
  /** `--override-manager`: managers whose fields are taken over besides kubectl's. */
  readonly overrideManagers: readonly string[];
  /** `--watch-label-selector`: which Kustomizations and sources are looked after; all when absent. */
  readonly watchLabelSelector?: string;
  /** `--watch-configs-label-selector`: ConfigMaps and Secrets whose changes wake who reads them. */
  readonly watchedConfigs: string;
  /** `ObjectLevelWorkloadIdentity`: whether service accounts that objects name may ask clouds and clusters. */
  readonly objectLevelIdentity: boolean;
  /** `--ambient-credentials`: whether our own identity asks where an object names nobody's. */
  readonly ambientCredentials: boolean;
  /** `--default-kubeconfig-service-account`: who asks where the ConfigMap of a kubeConfig names nobody. */
  readonly defaultKubeconfigServiceAccount?: string;
  /** `--default-decryption-service-account`: who asks key services where a Kustomization names nobody. */
  readonly defaultDecryptionServiceAccount?: string;
  /** `--sops-vault-configmap`: the ConfigMap that lists the Vaults that may be asked, and how one signs in to each. */
  readonly sopsVaultConfigMap?: Pick<ObjectRef, 'namespace' | 'name'>;
  /** `--sops-age-secret`: the Secret whose age keys decrypt where a Kustomization names none of its own. */
  readonly sopsAgeSecret?: Pick<ObjectRef, 'namespace' | 'name'>;
}

/** kustomize-controller's defaults. */
export const defaultFluxOptions: FluxOptions = {
  strictSubstitutions: true,
  additiveReadyExpressions: false,
  noCrossNamespaceRefs: false,
  noRemoteBases: false,
  tellsCanceledChecks: false,
  objectLevelIdentity: false,
  ambientCredentials: false,
  insecureKubeconfig: { exec: false, tls: false },
  customStageKinds: new Set(),
  overrideManagers: [],
  watchedConfigs: 'reconcile.fluxcd.io/watch=Enabled',
};
