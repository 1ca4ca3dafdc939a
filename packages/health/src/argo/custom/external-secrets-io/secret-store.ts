import { ready } from '../conditions.ts';
import type { Check } from '../verdict.ts';

/** Health of a SecretStore of external-secrets.io. */
export const secretStoreHealth: Check = ready('Waiting for SecretStore');
