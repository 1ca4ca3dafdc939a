import { entries, get, peek, type Value } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

const SETTLED = ['GracefulUpscaleSucceeded', 'GracefulDownscaleSucceeded'];

function isHealthyBroker(broker: Value): boolean {
  if (get(broker, 'configurationState') !== 'ConfigInSync') return false;
  const state = get(broker, 'gracefulActionState', 'cruiseControlState');
  return typeof state === 'string' && SETTLED.includes(state);
}

/** Health of a KafkaCluster of Koperator: every broker in sync, then Cruise Control and the cluster. */
export const kafkaClusterHealth: Check = (object) => {
  const waiting = progressing('Waiting for KafkaCluster');
  const state = peek(object, 'status', 'state');
  if (state === 'ClusterRollingUpgrading') return progressing('Kafka Cluster is Rolling Upgrading.');
  const brokers = peek(object, 'status', 'brokersState');
  if (brokers === undefined) return waiting;
  if (entries(brokers).filter(([, broker]) => !isHealthyBroker(broker)).length > 0) {
    return degraded('Broker Config is out of Sync or CruiseControlState is not Ready');
  }
  const topic = get(object, 'status', 'cruiseControlTopicStatus');
  if (topic === 'CruiseControlTopicReady' && state === 'ClusterRunning') {
    return healthy('Kafka Brokers, CruiseControl and cluster are in Healthy State.');
  }
  const isTopicMissing = topic === undefined || topic === 'CruiseControlTopicNotReady';
  return isTopicMissing && state === 'ClusterReconciling' ? progressing('Kafka Cluster is Reconciling.') : waiting;
};
