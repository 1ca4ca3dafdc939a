import { glooResource } from '../gloo-resource.ts';
import type { Check } from '../verdict.ts';

/** Health of an Upstream of gloo.solo.io. */
export const upstreamHealth: Check = glooResource;
