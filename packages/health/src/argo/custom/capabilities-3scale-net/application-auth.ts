import { on } from '../conditions.ts';
import type { Check } from '../verdict.ts';
import { capability, whileTrue } from './capability.ts';

/** Health of an ApplicationAuth of capabilities.3scale.net. */
export const applicationAuthHealth: Check = capability('ApplicationAuth', [
  on('Ready', 'True', 'Healthy', '3scale ApplicationAuth is ready'),
  whileTrue('Failed', 'Degraded', '3scale ApplicationAuth failed'),
]);
