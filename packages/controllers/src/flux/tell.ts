import { getPath, isJsonObject, refOf, type KubernetesObject } from '@capstan/object';
import type { Engine } from '../runtime/engine.ts';
import { EVENT_GROUP } from './names.ts';

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
  { type, reason, message, annotations: ofTale = {} }: Tale,
): void {
  const annotations = { ...ofTale, ...toTell(object) };
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

/** What a resource says to tell with each of its events. */
function toTell({ metadata }: KubernetesObject): Readonly<Record<string, string>> {
  const all = getPath(metadata, 'annotations');
  const entries = Object.entries(isJsonObject(all) ? all : {}).flatMap(([key, value]) =>
    key.startsWith(`${EVENT_GROUP}/`) && typeof value === 'string' ? [[key, value] as const] : [],
  );
  return Object.fromEntries(entries);
}
