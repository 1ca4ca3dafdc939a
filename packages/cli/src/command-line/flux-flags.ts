import { defaultFluxOptions, type FluxOptions } from '@capstan/controllers';
import { CapstanError } from '@capstan/errors';

/** kustomize-controller's flags that `run` takes, by their own names. */
export interface FluxFlags {
  readonly sopsAgeSecret?: string;
  readonly sopsVaultConfigmap?: string;
  readonly featureGates?: string;
  readonly watchConfigsLabelSelector?: string;
  readonly defaultServiceAccount?: string;
  readonly defaultKubeconfigServiceAccount?: string;
  readonly defaultDecryptionServiceAccount?: string;
  readonly ambientCredentials?: boolean;
  /** True unless `--no-cross-namespace-refs` is given. */
  readonly crossNamespaceRefs?: boolean;
  /** True unless `--no-remote-bases` is given. */
  readonly remoteBases?: boolean;
  readonly insecureKubeconfigExec?: boolean;
  readonly insecureKubeconfigTls?: boolean;
  readonly watchLabelSelector?: string;
  readonly customApplyStageKinds?: string;
  readonly overrideManager?: readonly string[];
}

type Gate = 'strictSubstitutions' | 'additiveReadyExpressions' | 'tellsCanceledChecks' | 'objectLevelIdentity';

/** The feature gates that decide something here. */
const gates: Readonly<Record<string, Gate>> = {
  StrictPostBuildSubstitutions: 'strictSubstitutions',
  AdditiveCELDependencyCheck: 'additiveReadyExpressions',
  CancelHealthCheckOnNewRevision: 'tellsCanceledChecks',
  ObjectLevelWorkloadIdentity: 'objectLevelIdentity',
};

/** What the flags come to; a Secret is looked for in the namespace of Flux itself. Throws USAGE. */
export function fluxOptionsOf(flags: FluxFlags, fluxNamespace: string): FluxOptions {
  const gated = gatesOf(flags.featureGates ?? '');
  const { defaultKubeconfigServiceAccount: forClusters, defaultDecryptionServiceAccount: forKeys } = flags;
  if (gated.objectLevelIdentity !== true && (forClusters !== undefined || forKeys !== undefined))
    throw new CapstanError(
      'USAGE',
      'cannot set default service accounts when the feature gate ObjectLevelWorkloadIdentity is not enabled',
    );
  return {
    ...defaultFluxOptions,
    ...gated,
    ambientCredentials: flags.ambientCredentials === true,
    ...(forClusters === undefined ? {} : { defaultKubeconfigServiceAccount: forClusters }),
    ...(forKeys === undefined ? {} : { defaultDecryptionServiceAccount: forKeys }),
    ...(flags.sopsVaultConfigmap === undefined
      ? {}
      : { sopsVaultConfigMap: { namespace: fluxNamespace, name: flags.sopsVaultConfigmap } }),
    noCrossNamespaceRefs: flags.crossNamespaceRefs === false,
    noRemoteBases: flags.remoteBases === false,
    insecureKubeconfig: {
      exec: flags.insecureKubeconfigExec === true,
      tls: flags.insecureKubeconfigTls === true,
    },
    customStageKinds: kindsOf(flags.customApplyStageKinds ?? ''),
    overrideManagers: flags.overrideManager ?? [],
    ...(flags.defaultServiceAccount === undefined ? {} : { defaultServiceAccount: flags.defaultServiceAccount }),
    ...(flags.watchLabelSelector === undefined ? {} : { watchLabelSelector: flags.watchLabelSelector }),
    ...(flags.watchConfigsLabelSelector === undefined ? {} : { watchedConfigs: flags.watchConfigsLabelSelector }),
    ...(flags.sopsAgeSecret === undefined
      ? {}
      : { sopsAgeSecret: { namespace: fluxNamespace, name: flags.sopsAgeSecret } }),
  };
}

// A kind of the core group stands alone, or behind a slash.
function kindsOf(text: string): ReadonlySet<string> {
  const kinds = text.split(',').map((entry) => entry.trim());
  return new Set(kinds.filter((entry) => entry !== '').map((entry) => (entry.includes('/') ? entry : `/${entry}`)));
}

function gatesOf(text: string): Partial<FluxOptions> {
  const pairs = text.split(',').filter((pair) => pair !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', value] = pair.split('=');
      const option = Object.hasOwn(gates, name) ? gates[name] : undefined;
      if (option === undefined || (value !== 'true' && value !== 'false'))
        throw new CapstanError(
          'USAGE',
          `--feature-gates: ${pair} is none of ${Object.keys(gates).join(', ')} with =true or =false`,
        );
      return [option, value === 'true'];
    }),
  );
}
