import { isCapstanError } from '@capstan/errors';
import { formatApiVersion, getKey, type KubernetesObject, type VersionedRef } from '@capstan/object';
import type { KubeClient } from '../client/kube-client.ts';
import { sleep, systemClock, type Clock } from '../clock.ts';
import { correlator, recent, remember, type Correlated } from './correlator.ts';
import { eventKey, transitionKey } from './event-key.ts';
import type { EventInput, EventRecorder } from './event-recorder.ts';

/** Events that wait to be written; more are dropped. */
const MAX_QUEUED = 20_000;
/** Events a second, once the burst is spent. */
const RATE = 50;
const BURST = 50;
/** As much as so many an event counts while others are waiting for the cluster: what is told comes after what is done. */
const BUSY_PRICE = 10;
/** From so many waiting events on, changes that follow each other are told in one. */
const BACKLOG = 32;
/** The longest message that the API takes. */
const MAX_MESSAGE_BYTES = 1024;
const WRITE_TIMEOUT_MS = 10_000;

/** What a recorder is made with. */
export interface RecorderOptions {
  readonly client: KubeClient;
  /** `source.component` and `reportingComponent`: `kustomize-controller`. */
  readonly component: string;
  /** `reportingInstance`; empty as controller-runtime leaves it when absent. */
  readonly instance?: string;
  readonly clock?: Clock;
  /** Events that may wait to be written; 20,000 when absent. */
  readonly maxQueued?: number;
  /** Whether the cluster has much else to do for us; never when absent. */
  readonly isBusy?: () => boolean;
  /** An event that could not be written, for logs. */
  readonly onFailure?: (error: unknown) => void;
}

interface Queued {
  key: string;
  event: EventInput;
  readonly since: number;
  /** When the last of what it tells happened. */
  at: number;
}

interface Written {
  readonly ref: VersionedRef;
  count: number;
}

/** Makes an event recorder. */
export function createEventRecorder(options: RecorderOptions): EventRecorder {
  const clock = options.clock ?? systemClock();
  const maxQueued = options.maxQueued ?? MAX_QUEUED;
  const correlate = correlator(clock);
  const written = new Map<string, Written>();
  const queue: Queued[] = [];
  const changing = new Map<string, Queued>();
  const pace = bucket(clock, options.isBusy ?? (() => false));
  const hurry = new AbortController();
  const waiting: (() => void)[] = [];
  let writing = false;
  let closed = false;
  let dropped = 0;
  let serial = 0;

  const writeOne = async ({ key, event, since, at }: Queued): Promise<void> => {
    const before = event.audit === true ? undefined : recent(written, key);
    if (before !== undefined) {
      try {
        await countUp(options, before, event, at);
        return;
      } catch (error) {
        // The server keeps events for an hour: one that is gone is written anew.
        if (!isCapstanError(error, 'KUBE_NOT_FOUND')) throw error;
      }
    }
    const object = eventObject(options, event, { since, at }, uniqueName(event, clock.now(), serial++));
    await options.client.create(object, { timeoutMs: WRITE_TIMEOUT_MS, caller: 'events' });
    if (event.audit === true) return;
    remember(written, key, { ref: refOfEvent(object), count: 1 });
  };

  const leave = (entry: Queued): void => {
    const key = transitionKey(entry.event);
    if (key !== undefined && changing.get(key) === entry) changing.delete(key);
  };

  /** Tells a change with an earlier one of the same thing that still waits. */
  const fold = (event: EventInput): boolean => {
    const key = transitionKey(event);
    const entry = key === undefined ? undefined : changing.get(key);
    const [before, after] = [entry?.event.transition, event.transition];
    if (entry === undefined || before === undefined || after === undefined) return false;
    // There and back again is worth telling.
    if (before.to !== after.from || before.from === after.to) return false;
    const transition = { ...before, to: after.to };
    const message = `${before.what}: ${before.from} -> ${after.to}`;
    entry.event = { ...entry.event, message, transition };
    entry.key = entry.event.audit === true ? '' : eventKey(entry.event);
    entry.at = clock.now();
    return true;
  };

  const work = async (): Promise<void> => {
    if (writing) return;
    writing = true;
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      try {
        await pace.turn(hurry.signal);
        leave(next);
        await writeOne(next);
      } catch (error) {
        dropped += 1;
        options.onFailure?.(error);
      }
    }
    writing = false;
    for (const resolve of waiting.splice(0)) resolve();
  };

  const flush = (): Promise<void> =>
    writing || queue.length > 0 ? new Promise((resolve) => void waiting.push(resolve)) : Promise.resolve();

  return {
    record: (event) => {
      if (!closed && queue.length >= BACKLOG && fold(event)) return;
      const isTaken = !closed && queue.length < maxQueued;
      const correlated = !isTaken ? undefined : event.audit === true ? asIs(event) : correlate.correlate(event);
      if (correlated?.kind !== 'write') {
        dropped += 1;
        return;
      }
      const at = clock.now();
      const entry: Queued = { key: correlated.key, event: correlated.event, since: at, at };
      queue.push(entry);
      const changes = transitionKey(entry.event);
      // What is gathered with similar ones has no words of its own to go on with.
      if (changes !== undefined && entry.event.message === event.message) changing.set(changes, entry);
      void work();
    },
    get dropped() {
      return dropped;
    },
    flush,
    close: async () => {
      closed = true;
      hurry.abort();
      await flush();
    },
  };
}

function asIs(event: EventInput): Correlated {
  return { kind: 'write', key: '', event };
}

/** Turns at a steady pace after a burst. An aborted signal means that there is no time for that. */
function bucket(clock: Clock, isBusy: () => boolean): { turn(hurry: AbortSignal): Promise<void> } {
  let tokens = BURST;
  let at = clock.monotonic();
  return {
    turn: async (hurry) => {
      const now = clock.monotonic();
      tokens = Math.min(BURST, tokens + ((now - at) * RATE) / 1000) - (isBusy() ? BUSY_PRICE : 1);
      at = now;
      if (tokens >= 0 || hurry.aborted) return;
      await sleep(clock, (-tokens * 1000) / RATE, hurry).catch(noMatter);
    },
  };
}

function noMatter(): void {
  // Told to hurry: the turn is now.
}

async function countUp(options: RecorderOptions, before: Written, event: EventInput, at: number): Promise<void> {
  const count = before.count + 1;
  const patch = { count, lastTimestamp: secondTime(at), message: cut(event.message) };
  const call = { timeoutMs: WRITE_TIMEOUT_MS, caller: 'events' };
  await options.client.patch(before.ref, { kind: 'strategic', patch }, call);
  before.count = count;
}

function eventObject(
  options: RecorderOptions,
  event: EventInput,
  { since, at }: Pick<Queued, 'since' | 'at'>,
  name: string,
): KubernetesObject {
  const { regarding } = event;
  const namespace = regarding.namespace === '' ? 'default' : regarding.namespace;
  const { annotations = {}, labels = {} } = event;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name,
      namespace,
      ...(Object.keys(annotations).length === 0 ? {} : { annotations: { ...annotations } }),
      ...(Object.keys(labels).length === 0 ? {} : { labels: { ...labels } }),
    },
    involvedObject: {
      apiVersion: formatApiVersion(regarding.group, regarding.version),
      kind: regarding.kind,
      name: regarding.name,
      ...(regarding.namespace === '' ? {} : { namespace: regarding.namespace }),
      ...(regarding.uid === undefined ? {} : { uid: regarding.uid }),
      ...(regarding.resourceVersion === undefined ? {} : { resourceVersion: regarding.resourceVersion }),
    },
    type: event.type,
    reason: event.reason,
    message: cut(event.message),
    source: { component: options.component },
    ...(event.audit === true
      ? {}
      : { reportingComponent: options.component, reportingInstance: options.instance ?? '' }),
    firstTimestamp: secondTime(since),
    lastTimestamp: secondTime(at),
    count: 1,
  };
}

function refOfEvent(object: KubernetesObject): VersionedRef {
  const text = (key: string): string => {
    const value = getKey(object.metadata, key);
    return typeof value === 'string' ? value : '';
  };
  return { group: '', version: 'v1', kind: 'Event', namespace: text('namespace'), name: text('name') };
}

/** `NAME.HEX`, as client-go names events: the time in nanoseconds, made unique within this process. */
function uniqueName(event: EventInput, now: number, serial: number): string {
  const hex = (BigInt(Math.trunc(now)) * 1_000_000n + BigInt(serial % 1_000_000)).toString(16);
  // Names end at 253 characters.
  return `${event.regarding.name.slice(0, 253 - hex.length - 1)}.${hex}`;
}

function secondTime(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`;
}

function cut(message: string): string {
  const bytes = Buffer.from(message, 'utf8');
  if (bytes.length <= MAX_MESSAGE_BYTES) return message;
  // A character torn at the end becomes U+FFFD, which would make it longer again.
  return (
    bytes
      .subarray(0, MAX_MESSAGE_BYTES - 3)
      .toString('utf8')
      .replace(/\uFFFD$/, '') + '…'
  );
}
