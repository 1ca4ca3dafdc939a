import type { GroupChecks } from '../verdict.ts';
import { zookeeperClusterHealth } from './zookeeper-cluster.ts';

/** The health checks of zookeeper.pravega.io. */
export const zookeeperPravegaIoChecks: GroupChecks = {
  group: 'zookeeper.pravega.io',
  kinds: {
    ZookeeperCluster: zookeeperClusterHealth,
  },
};
