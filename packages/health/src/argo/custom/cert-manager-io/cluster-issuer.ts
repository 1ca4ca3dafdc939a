import { ready } from '../conditions.ts';
import type { Check } from '../verdict.ts';

/** Health of a ClusterIssuer of cert-manager.io. */
export const clusterIssuerHealth: Check = ready('Initializing ClusterIssuer');
