import { glooResource } from '../gloo-resource.ts';
import type { Check } from '../verdict.ts';

/** Health of a VirtualHostOption of gateway.solo.io. */
export const virtualHostOptionHealth: Check = glooResource;
