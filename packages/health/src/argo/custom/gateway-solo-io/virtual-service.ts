import { glooResource } from '../gloo-resource.ts';
import type { Check } from '../verdict.ts';

/** Health of a VirtualService of gateway.solo.io. */
export const virtualServiceHealth: Check = glooResource;
