import { ready } from '../conditions.ts';
import type { Check } from '../verdict.ts';

/** Health of a PushSecret of external-secrets.io. */
export const pushSecretHealth: Check = ready('Waiting for PushSecret');
