import { ready } from '../conditions.ts';
import type { Check } from '../verdict.ts';

/** Health of an Issuer of cert-manager.io. */
export const issuerHealth: Check = ready('Initializing issuer');
