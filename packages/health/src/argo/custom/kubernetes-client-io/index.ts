import type { GroupChecks } from '../verdict.ts';
import { externalSecretHealth } from './external-secret.ts';

/** The health checks of kubernetes-client.io. */
export const kubernetesClientIoChecks: GroupChecks = {
  group: 'kubernetes-client.io',
  kinds: {
    ExternalSecret: externalSecretHealth,
  },
};
