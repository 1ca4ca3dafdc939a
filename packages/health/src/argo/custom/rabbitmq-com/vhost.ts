import type { Check } from '../verdict.ts';
import { rabbitmqTopology } from './rabbitmq-topology.ts';

/** Health of a Vhost of rabbitmq.com. */
export const vhostHealth: Check = rabbitmqTopology('vhost');
