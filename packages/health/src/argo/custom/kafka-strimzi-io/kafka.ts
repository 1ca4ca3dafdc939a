import { firstCondition, on, when } from '../conditions.ts';
import { progressing, type Check } from '../verdict.ts';

/** Health of a Kafka of kafka.strimzi.io. */
export const kafkaHealth: Check = firstCondition(
  [
    when({ type: 'NotReady', status: 'True', reason: { not: 'Creating' } }, 'Degraded'),
    on('Ready', 'True', 'Healthy', ''),
  ],
  progressing('Waiting for Kafka Cluster'),
);
