import type { Check } from '../verdict.ts';
import { confluentPhase } from './confluent-phase.ts';

/** Health of a Kafka of platform.confluent.io. */
export const kafkaHealth: Check = confluentPhase('Kafka');
