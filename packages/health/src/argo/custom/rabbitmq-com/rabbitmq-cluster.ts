import { conditionsOf, firstMatch, lastOfType, on } from '../conditions.ts';
import { peek } from '../value.ts';
import { healthy, progressing, type Check } from '../verdict.ts';

const failure = on('ReconcileSuccess', 'False', 'Degraded');

/** Health of a RabbitmqCluster: reconciled, formed, and with all its replicas. */
export const rabbitmqClusterHealth: Check = (object) => {
  const conditions = conditionsOf(object) ?? [];
  const failed = firstMatch(object, conditions, [failure]);
  if (failed !== undefined) return failed;
  const last = (type: string) => peek(lastOfType(conditions, type), 'status');
  const [formed, replicas] = [last('ClusterAvailable'), last('AllReplicasReady')];
  if (formed === 'Unknown' || replicas === 'Unknown') {
    return progressing('Waiting for RabbitMQ cluster readiness (conditions unknown)');
  }
  if (formed === 'False') return progressing('Waiting for RabbitMQ cluster formation');
  if (replicas === 'False') return progressing('Waiting for RabbitMQ instances ready');
  return formed === 'True' && replicas === 'True'
    ? healthy('RabbitMQ cluster ready')
    : progressing('Waiting for RabbitMQ Operator');
};
