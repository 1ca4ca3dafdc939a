import type { GroupChecks } from '../verdict.ts';
import { kafkaClusterHealth } from './kafka-cluster.ts';

/** The health checks of kafka.banzaicloud.io. */
export const kafkaBanzaicloudIoChecks: GroupChecks = {
  group: 'kafka.banzaicloud.io',
  kinds: {
    KafkaCluster: kafkaClusterHealth,
  },
};
