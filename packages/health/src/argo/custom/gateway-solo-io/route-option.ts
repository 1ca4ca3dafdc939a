import { glooResource } from '../gloo-resource.ts';
import type { Check } from '../verdict.ts';

/** Health of a RouteOption of gateway.solo.io. */
export const routeOptionHealth: Check = glooResource;
