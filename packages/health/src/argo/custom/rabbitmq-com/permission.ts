import type { Check } from '../verdict.ts';
import { rabbitmqTopology } from './rabbitmq-topology.ts';

/** Health of a Permission of rabbitmq.com. */
export const permissionHealth: Check = rabbitmqTopology('permission');
