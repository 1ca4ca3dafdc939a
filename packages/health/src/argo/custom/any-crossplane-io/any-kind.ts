import { crossplaneProvider } from '../crossplane-provider.ts';
import type { Check } from '../verdict.ts';

/** Health of every kind of *.crossplane.io. */
export const anyKindHealth: Check = crossplaneProvider({
  withoutStatus: [
    'Composition',
    'CompositionRevision',
    'DeploymentRuntimeConfig',
    'ClusterProviderConfig',
    'ProviderConfig',
    'ProviderConfigUsage',
    'ControllerConfig',
  ],
  readyTypes: ['Ready', 'Healthy', 'Offered', 'Established', 'ValidPipeline', 'RevisionHealthy'],
});
