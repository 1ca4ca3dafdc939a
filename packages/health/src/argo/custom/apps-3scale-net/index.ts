import type { GroupChecks } from '../verdict.ts';
import { apiManagerHealth } from './api-manager.ts';

/** The health checks of apps.3scale.net. */
export const apps3scaleNetChecks: GroupChecks = {
  group: 'apps.3scale.net',
  kinds: {
    APIManager: apiManagerHealth,
  },
};
