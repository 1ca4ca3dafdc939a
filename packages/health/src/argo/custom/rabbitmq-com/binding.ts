import type { Check } from '../verdict.ts';
import { rabbitmqTopology } from './rabbitmq-topology.ts';

/** Health of a Binding of rabbitmq.com. */
export const bindingHealth: Check = rabbitmqTopology('binding');
