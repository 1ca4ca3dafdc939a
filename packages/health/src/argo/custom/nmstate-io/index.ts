import type { GroupChecks } from '../verdict.ts';
import { nodeNetworkConfigurationPolicyHealth } from './node-network-configuration-policy.ts';

/** The health checks of nmstate.io. */
export const nmstateIoChecks: GroupChecks = {
  group: 'nmstate.io',
  kinds: {
    NodeNetworkConfigurationPolicy: nodeNetworkConfigurationPolicyHealth,
  },
};
