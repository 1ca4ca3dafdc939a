import type { Check } from '../verdict.ts';
import { confluentPhase } from './confluent-phase.ts';

/** Health of a Zookeeper of platform.confluent.io. */
export const zookeeperHealth: Check = confluentPhase('Zookeeper');
