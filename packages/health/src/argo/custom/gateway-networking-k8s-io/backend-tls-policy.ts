import { policyAncestors } from '../policy-ancestors.ts';
import type { Check } from '../verdict.ts';

/** Health of a BackendTLSPolicy of gateway.networking.k8s.io. */
export const backendTlsPolicyHealth: Check = policyAncestors({ needsGeneration: false, needsAccepted: false });
