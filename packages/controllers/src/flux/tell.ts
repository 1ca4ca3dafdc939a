import { refOf, type KubernetesObject } from '@capstan/object';
import type { Engine } from '../runtime/engine.ts';

/** What is told of a Flux resource. */
export interface Tale {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Tells of a resource by an event, and by a line of the log that `flux logs` finds by kind, name and namespace. */
export function tellOf(
  engine: Pick<Engine, 'events' | 'log'>,
  component: string,
  object: KubernetesObject,
  { type, reason, message, annotations = {} }: Tale,
): void {
  const ref = refOf(object);
  const { uid } = object.metadata;
  engine.events(component).record({
    regarding: { ...ref, ...(typeof uid === 'string' ? { uid } : {}) },
    type,
    reason,
    message,
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  });
  const subject = { controllerKind: ref.kind, name: ref.name, namespace: ref.namespace, reason };
  if (type === 'Warning') engine.log.error({ ...subject, error: message }, 'Reconciliation failed');
  else engine.log.info(subject, message);
}
