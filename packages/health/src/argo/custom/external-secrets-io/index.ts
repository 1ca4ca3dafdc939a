import type { GroupChecks } from '../verdict.ts';
import { clusterExternalSecretHealth } from './cluster-external-secret.ts';
import { clusterSecretStoreHealth } from './cluster-secret-store.ts';
import { externalSecretHealth } from './external-secret.ts';
import { pushSecretHealth } from './push-secret.ts';
import { secretStoreHealth } from './secret-store.ts';

/** The health checks of external-secrets.io. */
export const externalSecretsIoChecks: GroupChecks = {
  group: 'external-secrets.io',
  kinds: {
    ClusterExternalSecret: clusterExternalSecretHealth,
    ClusterSecretStore: clusterSecretStoreHealth,
    ExternalSecret: externalSecretHealth,
    PushSecret: pushSecretHealth,
    SecretStore: secretStoreHealth,
  },
};
