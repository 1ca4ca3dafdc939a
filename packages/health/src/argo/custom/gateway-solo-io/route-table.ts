import { glooResource } from '../gloo-resource.ts';
import type { Check } from '../verdict.ts';

/** Health of a RouteTable of gateway.solo.io. */
export const routeTableHealth: Check = glooResource;
