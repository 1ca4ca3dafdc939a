import type { KubernetesObject } from '@capstan/object';
import { get, peek, text, written, type Value } from '../value.ts';
import { degraded, healthy, progressing, withStatus, type Check, type Verdict } from '../verdict.ts';

/** Ready replicas of all replicas; the count of digits keeps the search short on any text. */
const READY_OF_ALL = /(\d{1,20})\/(\d{1,20})/;

function byReplicas(object: KubernetesObject, told: Value): Verdict {
  const found = READY_OF_ALL.exec(written(told));
  if (found === null) return progressing(text`Unable to parse replica status: ${told}`);
  const [readyReplicas, replicas] = [Number(found[1]), Number(found[2])];
  if (readyReplicas === 0) {
    const isIdle = peek(object, 'spec', 'mode') === 'daemonset' && replicas === 0;
    return isIdle ? healthy('DaemonSet has no eligible nodes (0/0)') : degraded('No replicas are ready');
  }
  return readyReplicas === replicas ? healthy('All replicas are ready') : progressing('Replicas are starting up');
}

/** Health of an OpenTelemetryCollector: its replicas, which one that runs as a sidecar does not have. */
export const openTelemetryCollectorHealth: Check = withStatus(
  progressing('Waiting for OpenTelemetry Collector status'),
  (object) => {
    const replicas = peek(object, 'status', 'scale', 'statusReplicas');
    if (replicas !== undefined) return byReplicas(object, replicas);
    return get(object, 'spec', 'mode') === 'sidecar'
      ? healthy('Collector is running in sidecar mode')
      : progressing('Scale status not available');
  },
);
