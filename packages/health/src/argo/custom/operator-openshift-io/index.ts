import type { GroupChecks } from '../verdict.ts';
import { ingressControllerHealth } from './ingress-controller.ts';

/** The health checks of operator.openshift.io. */
export const operatorOpenshiftIoChecks: GroupChecks = {
  group: 'operator.openshift.io',
  kinds: {
    IngressController: ingressControllerHealth,
  },
};
