import type { EventInput } from './event-recorder.ts';

/** Events that are the same in everything are counted up. */
export function eventKey(event: EventInput): string {
  return JSON.stringify([...similar(event), event.message]);
}

/** Events alike but for their message are gathered into one when there are too many of them. */
export function similarKey(event: EventInput): string {
  return JSON.stringify(similar(event));
}

/** Changes of one thing that are told in one event while it waits; undefined for an event that is no change. */
export function transitionKey(event: EventInput): string | undefined {
  return event.transition === undefined ? undefined : JSON.stringify([...similar(event), event.transition.what]);
}

/** The object that events are about: the unit of the rate limit. */
export function regardingKey(event: EventInput): string {
  const { group, version, kind, namespace, name, uid } = event.regarding;
  return JSON.stringify([group, version, kind, namespace, name, uid ?? '']);
}

function similar(event: EventInput): readonly string[] {
  return [regardingKey(event), event.type, event.reason];
}
