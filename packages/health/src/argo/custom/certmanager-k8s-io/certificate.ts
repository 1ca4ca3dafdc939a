import { ready } from '../conditions.ts';
import type { Check } from '../verdict.ts';

/** Health of a Certificate of certmanager.k8s.io. */
export const certificateHealth: Check = ready('Waiting for certificate');
