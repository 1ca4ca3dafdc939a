import type { Check } from '../verdict.ts';
import { rabbitmqTopology } from './rabbitmq-topology.ts';

/** Health of a Shovel of rabbitmq.com. */
export const shovelHealth: Check = rabbitmqTopology('shovel');
