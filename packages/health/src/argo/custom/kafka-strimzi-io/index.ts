import type { GroupChecks } from '../verdict.ts';
import { kafkaHealth } from './kafka.ts';
import { kafkaBridgeHealth } from './kafka-bridge.ts';
import { kafkaConnectHealth } from './kafka-connect.ts';
import { kafkaConnectorHealth } from './kafka-connector.ts';
import { kafkaTopicHealth } from './kafka-topic.ts';
import { kafkaUserHealth } from './kafka-user.ts';

/** The health checks of kafka.strimzi.io. */
export const kafkaStrimziIoChecks: GroupChecks = {
  group: 'kafka.strimzi.io',
  kinds: {
    Kafka: kafkaHealth,
    KafkaBridge: kafkaBridgeHealth,
    KafkaConnect: kafkaConnectHealth,
    KafkaConnector: kafkaConnectorHealth,
    KafkaTopic: kafkaTopicHealth,
    KafkaUser: kafkaUserHealth,
  },
};
