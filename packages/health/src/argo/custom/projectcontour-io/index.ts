import type { GroupChecks } from '../verdict.ts';
import { extensionServiceHealth } from './extension-service.ts';
import { httpProxyHealth } from './http-proxy.ts';

/** The health checks of projectcontour.io. */
export const projectcontourIoChecks: GroupChecks = {
  group: 'projectcontour.io',
  kinds: {
    ExtensionService: extensionServiceHealth,
    HTTPProxy: httpProxyHealth,
  },
};
