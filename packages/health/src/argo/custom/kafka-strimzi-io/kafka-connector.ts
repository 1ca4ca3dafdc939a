import type { Check } from '../verdict.ts';
import { strimziReady } from './strimzi-ready.ts';

/** Health of a KafkaConnector of kafka.strimzi.io. */
export const kafkaConnectorHealth: Check = strimziReady('KafkaConnector');
