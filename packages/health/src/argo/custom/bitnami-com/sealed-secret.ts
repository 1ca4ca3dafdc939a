import { firstCondition, on } from '../conditions.ts';
import { progressing, type Check } from '../verdict.ts';

/** Health of a SealedSecret of bitnami.com. */
export const sealedSecretHealth: Check = firstCondition(
  [on('Synced', 'False', 'Degraded'), on('Synced', 'True', 'Healthy')],
  progressing('Waiting for Sealed Secret to be decrypted'),
);
