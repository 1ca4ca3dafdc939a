import type { GroupChecks } from '../verdict.ts';
import { integrationHealth } from './integration.ts';

/** The health checks of camel.apache.org. */
export const camelApacheOrgChecks: GroupChecks = {
  group: 'camel.apache.org',
  kinds: {
    Integration: integrationHealth,
  },
};
