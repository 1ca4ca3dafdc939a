import type { Check } from '../verdict.ts';
import { everyConditionObserved, routeParents } from './route-parents.ts';

/** Health of a HTTPRoute of gateway.networking.k8s.io. */
export const httpRouteHealth: Check = routeParents(everyConditionObserved);
