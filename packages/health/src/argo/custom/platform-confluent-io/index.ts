import type { GroupChecks } from '../verdict.ts';
import { connectHealth } from './connect.ts';
import { connectorHealth } from './connector.ts';
import { controlCenterHealth } from './control-center.ts';
import { kafkaHealth } from './kafka.ts';
import { ksqlDbHealth } from './ksql-db.ts';
import { schemaRegistryHealth } from './schema-registry.ts';
import { zookeeperHealth } from './zookeeper.ts';

/** The health checks of platform.confluent.io. */
export const platformConfluentIoChecks: GroupChecks = {
  group: 'platform.confluent.io',
  kinds: {
    Connect: connectHealth,
    Connector: connectorHealth,
    ControlCenter: controlCenterHealth,
    Kafka: kafkaHealth,
    KsqlDB: ksqlDbHealth,
    SchemaRegistry: schemaRegistryHealth,
    Zookeeper: zookeeperHealth,
  },
};
