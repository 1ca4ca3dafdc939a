import type { ObjectRef } from '@capstan/object';

/** What an operator may set for Flux's controllers, by kustomize-controller's flags and feature gates of that name. */
export interface FluxOptions {
  /** `StrictPostBuildSubstitutions`: a variable that is not set, and has no word for that case, fails the build. */
  readonly strictSubstitutions: boolean;
  /** `AdditiveCELDependencyCheck`: a `readyExpr` is asked beside the built-in check, not in place of it. */
  readonly additiveReadyExpressions: boolean;
  /** `--watch-configs-label-selector`: ConfigMaps and Secrets whose changes wake who reads them. */
  readonly watchedConfigs: string;
  /** `--sops-age-secret`: the Secret whose age keys decrypt where a Kustomization names none of its own. */
  readonly sopsAgeSecret?: Pick<ObjectRef, 'namespace' | 'name'>;
}

/** kustomize-controller's defaults. */
export const defaultFluxOptions: FluxOptions = {
  strictSubstitutions: true,
  additiveReadyExpressions: false,
  watchedConfigs: 'reconcile.fluxcd.io/watch=Enabled',
};
