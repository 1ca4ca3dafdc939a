import { glooResource } from '../gloo-resource.ts';
import type { Check } from '../verdict.ts';

/** Health of an UpstreamGroup of gloo.solo.io. */
export const upstreamGroupHealth: Check = glooResource;
