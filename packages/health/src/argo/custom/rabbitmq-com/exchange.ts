import type { Check } from '../verdict.ts';
import { rabbitmqTopology } from './rabbitmq-topology.ts';

/** Health of an Exchange of rabbitmq.com. */
export const exchangeHealth: Check = rabbitmqTopology('exchange');
