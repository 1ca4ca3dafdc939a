import type { GroupChecks } from '../verdict.ts';
import { anyKindHealth } from './any-kind.ts';

/** The health checks of *.services.k8s.aws. */
export const anyServicesK8sAwsChecks: GroupChecks = {
  group: '*.services.k8s.aws',
  kinds: {
    '*': anyKindHealth,
  },
};
