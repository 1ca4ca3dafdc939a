import type { Check } from '../verdict.ts';
import { routeParents } from './route-parents.ts';

/** Health of a GRPCRoute of gateway.networking.k8s.io. */
export const grpcRouteHealth: Check = routeParents(() => true);
