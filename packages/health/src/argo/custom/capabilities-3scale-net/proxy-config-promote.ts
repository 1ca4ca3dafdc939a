import { on } from '../conditions.ts';
import type { Check } from '../verdict.ts';
import { capability, whileTrue } from './capability.ts';

/** Health of a ProxyConfigPromote of capabilities.3scale.net. */
export const proxyConfigPromoteHealth: Check = capability('ProxyConfigPromote', [
  on('Ready', 'True', 'Healthy', '3scale ProxyConfigPromote is ready'),
  whileTrue('In-progress', 'Progressing', '3scale ProxyConfigPromote is in progress'),
  // Upstream's spelling.
  whileTrue('Failed', 'Degraded', '3cale ProxyConfigPromote failed'),
]);
