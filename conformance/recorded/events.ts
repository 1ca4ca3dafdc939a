import type { KubeClient } from '@capstan/kube';
import { getPath, type JsonValue, type KubernetesObject } from '@capstan/object';
import { compare, type Difference } from './compare.ts';
import type { Placeholders } from './placeholders.ts';
import type { RecordedEvent } from './scenario.ts';
import { liveText, type Scope } from './observe.ts';

const EVENT = { group: '', version: 'v1', kind: 'Event' } as const;
const components = new Set(['source-controller', 'kustomize-controller', 'argocd-application-controller']);

// How often these come is a matter of timing, also upstream.
const chatter = new Set(['ArtifactUpToDate', 'GitOperationSucceeded', 'ResourceUpdated']);

/** Reads the events of a scenario that are new or counted up since the last time. */
export class EventLog {
  readonly #client: KubeClient;
  readonly #scope: Scope;
  readonly #seen = new Map<string, JsonValue | undefined>();

  constructor(client: KubeClient, scope: Scope) {
    this.#client = client;
    this.#scope = scope;
  }

  async next(): Promise<readonly KubernetesObject[]> {
    const { gitopsNamespaces, managedNamespaces, names } = this.#scope;
    const lists = await Promise.all(
      [...new Set([...gitopsNamespaces, ...managedNamespaces])].map((namespace) =>
        this.#client.listAll(EVENT, { namespace }),
      ),
    );
    const fresh: KubernetesObject[] = [];
    for (const event of lists.flatMap(({ items }) => items)) {
      const key = `${liveText(event, 'metadata', 'namespace')}/${liveText(event, 'metadata', 'name')}`;
      const version = event.metadata['resourceVersion'];
      if (this.#seen.get(key) === version) continue;
      this.#seen.set(key, version);
      if (!components.has(liveText(event, 'source', 'component'))) continue;
      if (names === undefined || names.has(liveText(event, 'involvedObject', 'name'))) fresh.push(event);
    }
    return fresh;
  }
}

/** What of an event was recorded. Counts are left out: they are a matter of timing. */
export function viewOfEvent(event: KubernetesObject): Readonly<Record<string, unknown>> {
  const annotations = getPath(event, 'metadata', 'annotations');
  return {
    type: getPath(event, 'type'),
    reason: getPath(event, 'reason'),
    message: getPath(event, 'message'),
    involvedObject: Object.fromEntries(
      ['apiVersion', 'kind', 'namespace', 'name'].map((key) => [key, getPath(event, 'involvedObject', key)]),
    ),
    source: { component: getPath(event, 'source', 'component') },
    // Argo CD writes events without one.
    ...(liveText(event, 'source', 'component') === 'argocd-application-controller'
      ? {}
      : { reportingComponent: getPath(event, 'reportingComponent') }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

/** The differences of two sets of events. What was expected before may come again: it is a retry. */
export function compareEvents(
  expected: readonly RecordedEvent[],
  actual: readonly EventView[],
  before: readonly RecordedEvent[],
  known: Placeholders,
): readonly Difference[] {
  const wanted = viewsOf(expected);
  const earlier = viewsOf(before);
  const found = actual.filter(({ reason }) => !chatter.has(String(reason))).flatMap(lineByLine);
  const same = (left: EventView, right: EventView): boolean => compare(left, right, known).length === 0;
  return [
    ...wanted
      .filter((event) => !found.some((other) => same(event, other)))
      .map((event) => ({ path: `events[${String(event['reason'])}]`, expected: event, actual: undefined })),
    ...found
      .filter((event) => ![...wanted, ...earlier].some((other) => same(other, event)))
      .map((event) => ({ path: `events[${String(event['reason'])}]`, expected: undefined, actual: event })),
  ];
}

type EventView = Readonly<Record<string, unknown>>;

function viewsOf(events: readonly RecordedEvent[]): readonly EventView[] {
  return events
    .filter(({ reason, source }) => !chatter.has(reason) && components.has(source.component ?? ''))
    .map(({ count: _count, ...rest }) => rest)
    .flatMap(lineByLine);
}

const changeLine = /^\S+\/\S+ (created|configured|deleted|skipped|unchanged)$/;

/** A log of changes as one event a line: whether they come in one event or in several is a matter of timing. */
function lineByLine(event: EventView): readonly EventView[] {
  const lines = String(event['message']).split('\n');
  return lines.every((line) => changeLine.test(line)) ? lines.map((message) => ({ ...event, message })) : [event];
}
