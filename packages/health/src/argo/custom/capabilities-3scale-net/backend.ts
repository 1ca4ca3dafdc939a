import { on } from '../conditions.ts';
import type { Check } from '../verdict.ts';
import { capability, whileTrue } from './capability.ts';

/** Health of a Backend of capabilities.3scale.net. */
export const backendHealth: Check = capability('Backend', [
  on('Synced', 'True', 'Healthy', '3scale Backend is synced'),
  whileTrue('Invalid', 'Degraded', '3scale Backend configuration is invalid'),
  whileTrue('Failed', 'Degraded', '3scale Backend synchronization failed'),
]);
