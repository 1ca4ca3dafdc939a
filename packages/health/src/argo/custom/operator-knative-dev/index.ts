import type { GroupChecks } from '../verdict.ts';
import { knativeEventingHealth } from './knative-eventing.ts';
import { knativeServingHealth } from './knative-serving.ts';

/** The health checks of operator.knative.dev. */
export const operatorKnativeDevChecks: GroupChecks = {
  group: 'operator.knative.dev',
  kinds: {
    KnativeEventing: knativeEventingHealth,
    KnativeServing: knativeServingHealth,
  },
};
