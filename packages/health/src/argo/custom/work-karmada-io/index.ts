import type { GroupChecks } from '../verdict.ts';
import { clusterResourceBindingHealth } from './cluster-resource-binding.ts';
import { resourceBindingHealth } from './resource-binding.ts';

/** The health checks of work.karmada.io. */
export const workKarmadaIoChecks: GroupChecks = {
  group: 'work.karmada.io',
  kinds: {
    ClusterResourceBinding: clusterResourceBindingHealth,
    ResourceBinding: resourceBindingHealth,
  },
};
