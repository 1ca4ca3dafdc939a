import type { Check } from '../verdict.ts';
import { strimziReady } from './strimzi-ready.ts';

/** Health of a KafkaConnect of kafka.strimzi.io. */
export const kafkaConnectHealth: Check = strimziReady('Kafka Connect');
