import { glooResource } from '../gloo-resource.ts';
import type { Check } from '../verdict.ts';

/** Health of a MatchableHttpGateway of gateway.solo.io. */
export const matchableHttpGatewayHealth: Check = glooResource;
