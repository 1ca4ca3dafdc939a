import { ready } from '../conditions.ts';
import type { Check } from '../verdict.ts';

/** Health of a ClusterSecretStore of external-secrets.io. */
export const clusterSecretStoreHealth: Check = ready('Waiting for ClusterSecretStore');
