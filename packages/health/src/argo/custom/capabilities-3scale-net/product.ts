import { on } from '../conditions.ts';
import type { Check } from '../verdict.ts';
import { capability, whileTrue } from './capability.ts';

/** Health of a Product of capabilities.3scale.net. */
export const productHealth: Check = capability('Product', [
  on('Synced', 'True', 'Healthy', '3scale Product is synced'),
  whileTrue('Invalid', 'Degraded', '3scale Product configuration is invalid'),
  whileTrue('Orphan', 'Degraded', '3scale Product references non-existing resources'),
  whileTrue('Failed', 'Degraded', '3scale Product synchronization failed'),
]);
