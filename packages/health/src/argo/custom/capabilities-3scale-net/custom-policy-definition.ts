import { on } from '../conditions.ts';
import type { Check } from '../verdict.ts';
import { capability, whileTrue } from './capability.ts';

/** Health of a CustomPolicyDefinition of capabilities.3scale.net. */
export const customPolicyDefinitionHealth: Check = capability('CustomPolicyDefinition', [
  on('Ready', 'True', 'Healthy', '3scale CustomPolicyDefinition is ready'),
  whileTrue('Invalid', 'Degraded', '3scale CustomPolicyDefinition configuration is invalid'),
  whileTrue('Failed', 'Degraded', '3scale CustomPolicyDefinition synchronization failed'),
]);
