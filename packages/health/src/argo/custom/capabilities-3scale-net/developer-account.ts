import { on } from '../conditions.ts';
import type { Check } from '../verdict.ts';
import { capability, whileTrue } from './capability.ts';

/** Health of a DeveloperAccount of capabilities.3scale.net. */
export const developerAccountHealth: Check = capability('DeveloperAccount', [
  on('Ready', 'True', 'Healthy', '3scale DeveloperAccount is ready'),
  whileTrue('Invalid', 'Degraded', '3scale DeveloperAccount configuration is invalid'),
  whileTrue('Failed', 'Degraded', '3scale DeveloperAccount synchronization failed'),
  whileTrue('Waiting', 'Suspended', '3scale DeveloperAccount is waiting for approval'),
]);
