import type { GroupChecks } from '../verdict.ts';
import { gatewayHealth } from './gateway.ts';
import { matchableHttpGatewayHealth } from './matchable-http-gateway.ts';
import { routeOptionHealth } from './route-option.ts';
import { routeTableHealth } from './route-table.ts';
import { virtualHostOptionHealth } from './virtual-host-option.ts';
import { virtualServiceHealth } from './virtual-service.ts';

/** The health checks of gateway.solo.io. */
export const gatewaySoloIoChecks: GroupChecks = {
  group: 'gateway.solo.io',
  kinds: {
    Gateway: gatewayHealth,
    MatchableHttpGateway: matchableHttpGatewayHealth,
    RouteOption: routeOptionHealth,
    RouteTable: routeTableHealth,
    VirtualHostOption: virtualHostOptionHealth,
    VirtualService: virtualServiceHealth,
  },
};
