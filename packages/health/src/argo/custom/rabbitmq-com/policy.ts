import type { Check } from '../verdict.ts';
import { rabbitmqTopology } from './rabbitmq-topology.ts';

/** Health of a Policy of rabbitmq.com. */
export const policyHealth: Check = rabbitmqTopology('policy');
