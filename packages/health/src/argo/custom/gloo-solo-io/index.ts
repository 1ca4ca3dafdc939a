import type { GroupChecks } from '../verdict.ts';
import { proxyHealth } from './proxy.ts';
import { settingsHealth } from './settings.ts';
import { upstreamHealth } from './upstream.ts';
import { upstreamGroupHealth } from './upstream-group.ts';

/** The health checks of gloo.solo.io. */
export const glooSoloIoChecks: GroupChecks = {
  group: 'gloo.solo.io',
  kinds: {
    Proxy: proxyHealth,
    Settings: settingsHealth,
    Upstream: upstreamHealth,
    UpstreamGroup: upstreamGroupHealth,
  },
};
