import type { GroupChecks } from '../verdict.ts';
import { nodeClaimHealth } from './node-claim.ts';
import { nodePoolHealth } from './node-pool.ts';

/** The health checks of karpenter.sh. */
export const karpenterShChecks: GroupChecks = {
  group: 'karpenter.sh',
  kinds: {
    NodeClaim: nodeClaimHealth,
    NodePool: nodePoolHealth,
  },
};
