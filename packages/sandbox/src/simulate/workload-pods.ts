import type { JsonObject, KubernetesObject } from '@capstan/object';
import { getPath } from '@capstan/object';
import {
  conditionOf,
  controllerReference,
  isDeleting,
  namespaceOf,
  nameOf,
  numberAt,
  objectAt,
  textAt,
  timeAt,
} from './read.ts';
import type { SimulationContext } from './context.ts';

/** A Pod made from a workload's template. */
export function podFromTemplate(
  owner: KubernetesObject,
  template: JsonObject,
  name: { name?: string; generateName?: string },
): KubernetesObject {
  const metadata = objectAt(template, 'metadata');
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...name,
      namespace: namespaceOf(owner),
      ...(metadata['labels'] === undefined ? {} : { labels: metadata['labels'] }),
      ...(metadata['annotations'] === undefined ? {} : { annotations: metadata['annotations'] }),
      ...(metadata['finalizers'] === undefined ? {} : { finalizers: metadata['finalizers'] }),
      ownerReferences: [controllerReference(owner)],
    },
    spec: objectAt(template, 'spec'),
  };
}

/** The start of the names of a workload's pods. */
export function podNamePrefix(owner: KubernetesObject): string {
  return `${nameOf(owner)}-`;
}

export function isFinished(pod: KubernetesObject): boolean {
  const phase = textAt(pod, 'status', 'phase');
  return phase === 'Succeeded' || phase === 'Failed';
}

/** Whether the pod runs for its workload: neither over nor on its way out. */
export function isActive(pod: KubernetesObject): boolean {
  return !isFinished(pod) && !isDeleting(pod);
}

export function isReady(pod: KubernetesObject): boolean {
  return conditionOf(getPath(pod, 'status'), 'Ready')?.['status'] === 'True';
}

/** Milliseconds until a ready pod counts as available; 0 when it does, undefined while it is not ready. */
export function availableIn(
  context: SimulationContext,
  owner: KubernetesObject,
  pod: KubernetesObject,
): number | undefined {
  if (!isReady(pod)) return undefined;
  const seconds = numberAt(owner, 0, 'spec', 'minReadySeconds');
  if (seconds === 0) return 0;
  const since = timeAt(conditionOf(getPath(pod, 'status'), 'Ready'), 'lastTransitionTime');
  return Math.max(0, since + seconds * 1000 - context.clock.now().getTime());
}

/** Which pods to give up first: unscheduled, pending, not ready, then the newest. */
export function byExpendability(a: KubernetesObject, b: KubernetesObject): number {
  const scheduled = (pod: KubernetesObject): number => (textAt(pod, 'spec', 'nodeName') === '' ? 0 : 1);
  const running = (pod: KubernetesObject): number => (textAt(pod, 'status', 'phase') === 'Running' ? 1 : 0);
  const ready = (pod: KubernetesObject): number => (isReady(pod) ? 1 : 0);
  return (
    scheduled(a) - scheduled(b) ||
    running(a) - running(b) ||
    ready(a) - ready(b) ||
    timeAt(b.metadata, 'creationTimestamp') - timeAt(a.metadata, 'creationTimestamp') ||
    (nameOf(a) < nameOf(b) ? -1 : 1)
  );
}
