import { glooResource } from '../gloo-resource.ts';
import type { Check } from '../verdict.ts';

/** Health of a Gateway of gateway.solo.io. */
export const gatewayHealth: Check = glooResource;
