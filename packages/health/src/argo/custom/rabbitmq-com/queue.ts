import type { Check } from '../verdict.ts';
import { rabbitmqTopology } from './rabbitmq-topology.ts';

/** Health of a Queue of rabbitmq.com. */
export const queueHealth: Check = rabbitmqTopology('queue');
