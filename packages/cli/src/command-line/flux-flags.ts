import { defaultFluxOptions, type FluxOptions } from '@capstan/controllers';
import { CapstanError } from '@capstan/errors';

/** kustomize-controller's flags that `run` takes, by their own names. */
export interface FluxFlags {
  readonly sopsAgeSecret?: string;
  readonly featureGates?: string;
  readonly watchConfigsLabelSelector?: string;
}

/** The feature gates that decide something here. */
const gates: Readonly<Record<string, 'strictSubstitutions' | 'additiveReadyExpressions'>> = {
  StrictPostBuildSubstitutions: 'strictSubstitutions',
  AdditiveCELDependencyCheck: 'additiveReadyExpressions',
};

/** What the flags come to; a Secret is looked for in the namespace of Flux itself. Throws USAGE. */
export function fluxOptionsOf(flags: FluxFlags, fluxNamespace: string): FluxOptions {
  return {
    ...defaultFluxOptions,
    ...gatesOf(flags.featureGates ?? ''),
    ...(flags.watchConfigsLabelSelector === undefined ? {} : { watchedConfigs: flags.watchConfigsLabelSelector }),
    ...(flags.sopsAgeSecret === undefined
      ? {}
      : { sopsAgeSecret: { namespace: fluxNamespace, name: flags.sopsAgeSecret } }),
  };
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
