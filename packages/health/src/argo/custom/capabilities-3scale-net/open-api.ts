import { on } from '../conditions.ts';
import type { Check } from '../verdict.ts';
import { capability, whileTrue } from './capability.ts';

/** Health of an OpenAPI of capabilities.3scale.net. */
export const openApiHealth: Check = capability('OpenAPI', [
  on('Ready', 'True', 'Healthy', '3scale OpenAPI is ready'),
  whileTrue('Invalid', 'Degraded', '3scale OpenAPI configuration is invalid'),
  whileTrue('Failed', 'Degraded', '3scale OpenAPI reconciliation failed'),
]);
