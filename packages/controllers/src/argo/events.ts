import type { EventInput } from '@capstan/kube';
import { refOf } from '@capstan/object';
import type { Engine } from '../runtime/engine.ts';
import type { ApplicationView } from './application.ts';
import { EVENT_COMPONENT, type eventReason } from './names.ts';

/** An event about an Application, as Argo CD annotates it. */
export function recordEvent(
  engine: Engine,
  application: Pick<ApplicationView, 'object' | 'spec'>,
  event: {
    readonly type?: 'Normal' | 'Warning';
    readonly reason: (typeof eventReason)[keyof typeof eventReason];
    readonly message: string;
    readonly transition?: NonNullable<EventInput['transition']>;
  },
): void {
  const { object, spec } = application;
  const { uid } = object.metadata;
  engine.events(EVENT_COMPONENT).record({
    regarding: { ...refOf(object), ...(typeof uid === 'string' ? { uid } : {}) },
    type: event.type ?? 'Normal',
    reason: event.reason,
    message: event.message,
    audit: true,
    ...(event.transition === undefined ? {} : { transition: event.transition }),
    annotations: {
      'dest-namespace': spec.destination.namespace ?? '',
      'dest-server': spec.destination.server ?? '',
    },
  });
}
