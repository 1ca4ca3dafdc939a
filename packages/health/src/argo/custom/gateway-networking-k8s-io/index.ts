import type { GroupChecks } from '../verdict.ts';
import { backendTlsPolicyHealth } from './backend-tls-policy.ts';
import { gatewayHealth } from './gateway.ts';
import { gatewayClassHealth } from './gateway-class.ts';
import { grpcRouteHealth } from './grpc-route.ts';
import { httpRouteHealth } from './http-route.ts';

/** The health checks of gateway.networking.k8s.io. */
export const gatewayNetworkingK8sIoChecks: GroupChecks = {
  group: 'gateway.networking.k8s.io',
  kinds: {
    BackendTLSPolicy: backendTlsPolicyHealth,
    GRPCRoute: grpcRouteHealth,
    Gateway: gatewayHealth,
    GatewayClass: gatewayClassHealth,
    HTTPRoute: httpRouteHealth,
  },
};
