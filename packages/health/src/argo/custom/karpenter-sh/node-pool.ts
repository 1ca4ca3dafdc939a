import { ready } from '../conditions.ts';
import type { Check } from '../verdict.ts';

/** Health of a NodePool of karpenter.sh. */
export const nodePoolHealth: Check = ready('Waiting for NodePool to be ready');
