import type { KubernetesObject } from '@capstan/object';
import type { SimulationContext } from './context.ts';
import { EVENTS } from './resources.ts';
import { nameOf, namespaceOf, textAt, timeText, uidOf } from './read.ts';

/** A warning that people look for when a pod does not come up. */
export interface Warning {
  readonly reason: string;
  readonly message: string;
  /** Who says so: `kubelet`, `default-scheduler`. */
  readonly component: string;
}

/** Records a Warning about an object, as `kubectl describe` shows it. Called where a state changes, so none repeats. */
export function recordWarning(context: SimulationContext, about: KubernetesObject, warning: Warning): void {
  const now = context.clock.now();
  const time = timeText(now);
  const event: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { generateName: `${nameOf(about)}.${now.getTime().toString(16)}`, namespace: namespaceOf(about) },
    count: 1,
    firstTimestamp: time,
    involvedObject: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      name: nameOf(about),
      namespace: namespaceOf(about),
      resourceVersion: textAt(about.metadata, 'resourceVersion'),
      uid: uidOf(about),
    },
    lastTimestamp: time,
    message: warning.message,
    reason: warning.reason,
    reportingComponent: warning.component,
    source: { component: warning.component },
    type: 'Warning',
  };
  context.api.create(EVENTS, event, { manager: warning.component });
}
