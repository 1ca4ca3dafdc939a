import { crossplaneProvider } from '../crossplane-provider.ts';
import type { Check } from '../verdict.ts';

/** Health of every kind of *.upbound.io. */
export const anyKindHealth: Check = crossplaneProvider({
  withoutStatus: ['ClusterProviderConfig', 'ProviderConfig', 'ProviderConfigUsage'],
  readyTypes: ['Ready'],
});
