import type { GroupChecks } from '../verdict.ts';
import { sealedSecretHealth } from './sealed-secret.ts';

/** The health checks of bitnami.com. */
export const bitnamiComChecks: GroupChecks = {
  group: 'bitnami.com',
  kinds: {
    SealedSecret: sealedSecretHealth,
  },
};
