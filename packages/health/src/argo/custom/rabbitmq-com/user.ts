import type { Check } from '../verdict.ts';
import { rabbitmqTopology } from './rabbitmq-topology.ts';

/** Health of an User of rabbitmq.com. */
export const userHealth: Check = rabbitmqTopology('user');
