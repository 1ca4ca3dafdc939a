import type { GroupChecks } from '../verdict.ts';
import { customResourceDefinitionHealth } from './custom-resource-definition.ts';

/** The health checks of apiextensions.k8s.io. */
export const apiextensionsK8sIoChecks: GroupChecks = {
  group: 'apiextensions.k8s.io',
  kinds: {
    CustomResourceDefinition: customResourceDefinitionHealth,
  },
};
