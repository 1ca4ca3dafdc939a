import type { EventInput } from '@capstan/kube';
import { matchesGlob } from '@capstan/expressions/glob';
import { isJsonObject, refOf, type KubernetesObject } from '@capstan/object';
import type { Shared } from './application/run.ts';
import type { ApplicationView } from './application.ts';
import { DEFAULT_PROJECT, EVENT_COMPONENT, type eventReason } from './names.ts';

/** An event about an Application, as Argo CD annotates it. */
export function recordEvent(
  shared: Pick<Shared, 'engine' | 'settings' | 'home' | 'projects'>,
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
  shared.engine.events(EVENT_COMPONENT).record({
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
    labels: labelsOf(shared, application),
  });
}

/** The labels of an Application and its project that its events bear; the Application's go before the project's. */
function labelsOf(
  { settings, home, projects }: Pick<Shared, 'settings' | 'home' | 'projects'>,
  { object, spec }: Pick<ApplicationView, 'object' | 'spec'>,
): Readonly<Record<string, string>> {
  const { included, excluded } = settings().eventLabels;
  if (included.length === 0) return {};
  const project = home.cache.peek(projects.refOf(spec.project === '' ? DEFAULT_PROJECT : spec.project));
  const labels = { ...textsAt(project), ...textsAt(object) };
  const isAmong = (patterns: readonly string[], key: string): boolean =>
    patterns.some((pattern) => matchesGlob(pattern, key));
  return Object.fromEntries(
    Object.entries(labels).filter(([key]) => isAmong(included, key) && !isAmong(excluded, key)),
  );
}

function textsAt(object: KubernetesObject | undefined): Readonly<Record<string, string>> {
  const labels = object?.metadata['labels'];
  const texts = Object.entries(isJsonObject(labels) ? labels : {}).flatMap(([key, value]) =>
    typeof value === 'string' ? [[key, value] as const] : [],
  );
  return Object.fromEntries(texts);
}
