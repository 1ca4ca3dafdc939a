import type { Check } from '../verdict.ts';
import { strimziReady } from './strimzi-ready.ts';

/** Health of a KafkaUser of kafka.strimzi.io. */
export const kafkaUserHealth: Check = strimziReady('Kafka User');
