import type { Check } from '../verdict.ts';
import { knativeComponents } from './knative-components.ts';

/** Health of a KnativeServing of operator.knative.dev. */
export const knativeServingHealth: Check = knativeComponents({
  needed: ['Ready', 'InstallSucceeded', 'DependenciesInstalled', 'DeploymentsAvailable'],
  working: ['Ready', 'DeploymentsAvailable'],
});
