import { glooResource } from '../gloo-resource.ts';
import type { Check } from '../verdict.ts';

/** Health of a Proxy of gloo.solo.io. */
export const proxyHealth: Check = glooResource;
