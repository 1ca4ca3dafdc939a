import type { Check } from '../verdict.ts';
import { strimziReady } from './strimzi-ready.ts';

/** Health of a KafkaTopic of kafka.strimzi.io. */
export const kafkaTopicHealth: Check = strimziReady('Kafka Topic');
