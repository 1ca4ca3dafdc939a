import { fields, get } from '../value.ts';
import { healthy, progressing, withStatus, type Check } from '../verdict.ts';

/** Health of a ZookeeperCluster: as many replicas ready as there are, but for none. */
export const zookeeperClusterHealth: Check = withStatus(
  progressing('Waiting for ZK Nodes to join the ensemble'),
  (object) => {
    const { readyReplicas, replicas } = fields(get(object, 'status'), 'readyReplicas', 'replicas');
    return readyReplicas !== 0 && readyReplicas === replicas
      ? healthy('All ZK Nodes have joined the ensemble')
      : progressing('Waiting for ZK Nodes to join the ensemble');
  },
);
