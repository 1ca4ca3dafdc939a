import type { Check } from '../verdict.ts';
import { knativeComponents } from './knative-components.ts';

/** Health of a KnativeEventing of operator.knative.dev. */
export const knativeEventingHealth: Check = knativeComponents({
  needed: ['Ready', 'InstallSucceeded'],
  working: ['Ready'],
});
