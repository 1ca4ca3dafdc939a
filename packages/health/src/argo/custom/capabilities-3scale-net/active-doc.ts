import { on } from '../conditions.ts';
import type { Check } from '../verdict.ts';
import { capability, whileTrue } from './capability.ts';

/** Health of an ActiveDoc of capabilities.3scale.net. */
export const activeDocHealth: Check = capability('ActiveDoc', [
  on('Ready', 'True', 'Healthy', '3scale ActiveDoc is ready'),
  whileTrue('Invalid', 'Degraded', '3scale ActiveDoc configuration is invalid'),
  whileTrue('Orphan', 'Degraded', '3scale ActiveDoc references non-existing resources'),
  whileTrue('Failed', 'Degraded', '3scale ActiveDoc synchronization failed'),
]);
