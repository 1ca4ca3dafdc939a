import type { JsonObject, KubernetesObject } from '@capstan/object';
import { getPath } from '@capstan/object';
import type { ClusterApi, Clock } from '../cluster-api.ts';
import { CONTROLLER_MANAGER, SCHEDULER } from './managers.ts';
import { EVENTS } from './resources.ts';
import { nameOf, namespaceOf, textAt, timeText, uidOf } from './read.ts';

/** What a controller has to tell of an object. */
export interface Happening {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** Who says so: `deployment-controller`, `kubelet`. */
  readonly component: string;
}

/** Happenings that are remembered, to count those that come again; the oldest are forgotten. */
const REMEMBERED = 4096;
/** So many Events of one kind about one object stand for themselves within the window; further ones share one. */
const SIMILAR = 10;
const WINDOW_MS = 600_000;
/** Events that one component may write about one object at once, and how long until it may write one more. */
const BURST = 25;
const REFILL_MS = 300_000;

interface Similar {
  readonly messages: Set<string>;
  last: number;
}

interface Allowance {
  left: number;
  at: number;
}

/**
 * Writes Events as client-go's recorder does: the same one again counts up, many alike share one, and one object gets
 * no more than its allowance. Telling is never worth a failure: an Event that the API refuses is dropped.
 */
export class EventRecorder {
  readonly #api: ClusterApi;
  readonly #clock: Clock;
  readonly #node: string;
  readonly #similar = new Map<string, Similar>();
  readonly #allowances = new Map<string, Allowance>();
  readonly #written = new Map<string, string>();
  #serial = 0;

  constructor(api: ClusterApi, clock: Clock, node: string) {
    this.#api = api;
    this.#clock = clock;
    this.#node = node;
  }

  /** Records what happened to an object, as the workload controllers and the node do. */
  record(about: KubernetesObject, happening: Happening): void {
    const source = `${happening.component} ${uidOf(about)}`;
    const isOne = this.#isOneOfFew(source, happening);
    const message = isOne ? happening.message : `(combined from similar events): ${happening.message}`;
    const key = `${source} ${happening.type} ${happening.reason} ${isOne ? message : ''}`;
    const known = this.#written.get(key);
    if (!this.#isAllowed(source)) return;
    const time = timeText(this.#clock.now());
    if (known !== undefined && this.#countUp(namespaceOf(about) || 'default', known, { message, lastTimestamp: time }))
      return;
    const name = this.#write(about, happening.component, {
      count: 1,
      firstTimestamp: time,
      lastTimestamp: time,
      message,
      reason: happening.reason,
      reportingComponent: happening.component,
      source: { component: happening.component },
      type: happening.type,
    });
    if (name !== undefined) remember(this.#written, key, name);
  }

  /** Records what the scheduler did, in the form of events.k8s.io that it writes. */
  recordScheduling(about: KubernetesObject, happening: Omit<Happening, 'component'>, action: string): void {
    this.#write(about, 'default-scheduler', {
      action,
      eventTime: this.#clock.now().toISOString().replace('Z', '000Z'),
      message: happening.message,
      reason: happening.reason,
      reportingComponent: 'default-scheduler',
      reportingInstance: `default-scheduler-${this.#node}`,
      type: happening.type,
    });
  }

  /** Whether what is told is among the first few that are alike but for their words. */
  #isOneOfFew(source: string, { type, reason, message }: Happening): boolean {
    const now = this.#clock.now().getTime();
    const key = `${source} ${type} ${reason}`;
    const known = this.#similar.get(key);
    const similar =
      known === undefined || now - known.last > WINDOW_MS ? { messages: new Set<string>(), last: now } : known;
    similar.last = now;
    if (similar.messages.size < SIMILAR) similar.messages.add(message);
    remember(this.#similar, key, similar);
    return similar.messages.has(message);
  }

  #isAllowed(source: string): boolean {
    const now = this.#clock.now().getTime();
    const known = this.#allowances.get(source);
    const regained = known === undefined ? BURST : known.left + (now - known.at) / REFILL_MS;
    const left = Math.min(BURST, regained);
    remember(this.#allowances, source, { left: left >= 1 ? left - 1 : left, at: now });
    return left >= 1;
  }

  #countUp(namespace: string, name: string, told: JsonObject): boolean {
    const known = this.#api.get(EVENTS, namespace, name);
    if (known === undefined) return false;
    const count = getPath(known, 'count');
    const patch = { ...told, count: typeof count === 'number' ? count + 1 : 1 };
    this.#quietly(() => this.#api.patch(EVENTS, namespace, name, patch, { manager: CONTROLLER_MANAGER }));
    return true;
  }

  #write(about: KubernetesObject, component: string, told: JsonObject): string | undefined {
    const namespace = namespaceOf(about) || 'default';
    const name = this.#freeName(namespace, nameOf(about));
    const event: KubernetesObject = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace },
      involvedObject: {
        apiVersion: about.apiVersion,
        kind: about.kind,
        name: nameOf(about),
        ...(namespaceOf(about) === '' ? {} : { namespace: namespaceOf(about) }),
        resourceVersion: textAt(about.metadata, 'resourceVersion'),
        uid: uidOf(about),
      },
      ...told,
    };
    return this.#quietly(() => this.#api.create(EVENTS, event, { manager: managerOf(component) })) ? name : undefined;
  }

  /** The object's name and a time in nanoseconds, of which the clock gives the first part. */
  #freeName(namespace: string, object: string): string {
    for (;;) {
      this.#serial = (this.#serial + 1) % 1_000_000;
      const nanoseconds = BigInt(this.#clock.now().getTime()) * 1_000_000n + BigInt(this.#serial);
      const name = `${object}.${nanoseconds.toString(16)}`;
      if (this.#api.get(EVENTS, namespace, name) === undefined) return name;
    }
  }

  #quietly(write: () => unknown): boolean {
    try {
      write();
      return true;
    } catch (error) {
      if (isRefusal(error)) return false;
      throw error;
    }
  }
}

function managerOf(component: string): string {
  if (component === 'default-scheduler') return SCHEDULER;
  return component.endsWith('-controller') || component.endsWith('-autoscaler') ? CONTROLLER_MANAGER : component;
}

function isRefusal(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'status' in error && typeof error.status === 'number';
}

/** Sets a key as the youngest of a map that forgets its oldest. */
function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= REMEMBERED) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
