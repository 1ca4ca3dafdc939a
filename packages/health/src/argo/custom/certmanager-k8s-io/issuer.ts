import { ready } from '../conditions.ts';
import type { Check } from '../verdict.ts';

/** Health of an Issuer of certmanager.k8s.io. */
export const issuerHealth: Check = ready('Initializing issuer');
