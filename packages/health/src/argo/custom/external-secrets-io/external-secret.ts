import { ready } from '../conditions.ts';
import type { Check } from '../verdict.ts';

/** Health of an ExternalSecret of external-secrets.io. */
export const externalSecretHealth: Check = ready('Waiting for ExternalSecret');
