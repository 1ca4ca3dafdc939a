import type { KubernetesObject } from '@capstan/object';
import { getPath } from '@capstan/object';
import { KUBELET, writeStatus, type SimulationContext } from './context.ts';
import type { Happening } from './events.ts';
import { faultOf, type PodFault } from './pod-fault.ts';
import { podStatus, type PodStage } from './pod-status.ts';
import { PODS } from './resources.ts';
import {
  annotationOf,
  conditionOf,
  controllerOf,
  isDeleting,
  keyOf,
  nameOf,
  namespaceOf,
  textAt,
  timeText,
  uidOf,
} from './read.ts';
import { START_DELAY_ANNOTATION } from './simulation-options.ts';
import { isFinished } from './workload-pods.ts';

const BACK_OFF_MS = 1000;
/** Pod addresses come from 10.244.0.0/16. */
const POD_ADDRESSES = 65_534;

/** Runs the node: pods that are bound to it start, fail or end as their images, commands and annotations say. */
export function startKubelet(context: SimulationContext): void {
  const pods = context.informer(PODS);
  const due = new Map<string, number>();
  const addresses = new PodAddresses();
  const lane = context.lane('kubelet', (key) => {
    const pod = pods.byKey(key);
    if (pod === undefined) return;
    if (isDeleting(pod)) {
      terminate(context, pod);
      return;
    }
    if (textAt(pod, 'spec', 'nodeName') === '' || isFinished(pod)) return;
    const now = context.clock.now().getTime();
    const start = due.get(uidOf(pod)) ?? now + startDelay(context, pod);
    due.set(uidOf(pod), start);
    if (start > now) {
      lane.addAfter(key, start - now);
      return;
    }
    const again = step(context, pod, addresses.of(pod));
    if (again !== undefined) lane.addAfter(key, again);
  });
  pods.subscribe(({ type, object }) => {
    if (type === 'DELETED') {
      due.delete(uidOf(object));
      addresses.free(object);
    } else if (textAt(object, 'spec', 'nodeName') !== '' || isDeleting(object)) {
      addresses.note(object);
      lane.add(keyOf(object));
    }
  });
}

/** A pod that goes away has nothing to save: it is gone as soon as its node hears of it. */
function terminate(context: SimulationContext, pod: KubernetesObject): void {
  if (getPath(pod.metadata, 'deletionGracePeriodSeconds') === 0) return;
  context.api.delete(PODS, namespaceOf(pod), nameOf(pod), { uid: uidOf(pod), gracePeriodSeconds: 0 });
}

function startDelay(context: SimulationContext, pod: KubernetesObject): number {
  if (textAt(pod, 'status', 'phase') === 'Running') return 0;
  const given = Number(annotationOf(pod, START_DELAY_ANNOTATION) || Number.NaN);
  return Number.isFinite(given) ? given : context.options.podStartMilliseconds;
}

/** Takes the pod one stage on; answers after how many milliseconds to come again. */
function step(context: SimulationContext, pod: KubernetesObject, address: string): number | undefined {
  const write = (stage: PodStage): void => {
    const now = timeText(context.clock.now());
    writeStatus(context, PODS, pod, podStatus(pod, stage, address, now), KUBELET);
    if (stage.kind === 'waiting') context.events.record(pod, warningOf(stage.fault, stage.backOff));
  };
  const fault = faultOf(pod, context.options);
  if (fault !== undefined && fault.kind !== 'exit') return fail(pod, fault, write);
  const running = textAt(pod, 'status', 'phase') === 'Running';
  const ends = textAt(pod, 'spec', 'restartPolicy') !== 'Always' || controllerOf(pod)?.['kind'] === 'Job';
  if (!ends) {
    if (!running || !isRunningWell(pod)) write({ kind: 'running' });
    return undefined;
  }
  if (!running) {
    write({ kind: 'running' });
    return 0;
  }
  write({ kind: 'ended', exitCode: fault?.code ?? 0 });
  return undefined;
}

function fail(pod: KubernetesObject, fault: PodFault, write: (stage: PodStage) => void): number | undefined {
  const reason = textAt(pod, 'status', 'containerStatuses', 0, 'state', 'waiting', 'reason');
  if (fault.kind !== 'image') {
    if (textAt(pod, 'status', 'phase') !== 'Running' || isRunningWell(pod))
      write({ kind: 'waiting', fault, backOff: true });
    return undefined;
  }
  const init = textAt(pod, 'status', 'initContainerStatuses', 0, 'state', 'waiting', 'reason');
  if (reason === 'ImagePullBackOff' || init === 'ImagePullBackOff') return undefined;
  const tried = reason === 'ErrImagePull' || init === 'ErrImagePull';
  if (!tried) {
    write({ kind: 'waiting', fault, backOff: false });
    return BACK_OFF_MS;
  }
  write({ kind: 'waiting', fault, backOff: true });
  return undefined;
}

function warningOf(fault: PodFault, backOff: boolean): Happening {
  const by = { type: 'Warning', component: 'kubelet' } as const;
  switch (fault.kind) {
    case 'image':
      return backOff
        ? { reason: 'BackOff', message: `Back-off pulling image "${fault.image}"`, ...by }
        : { reason: 'Failed', message: `Failed to pull image "${fault.image}": not found`, ...by };
    case 'crash':
    case 'exit':
      return { reason: 'BackOff', message: 'Back-off restarting failed container', ...by };
    case 'not-ready':
      return { reason: 'Unhealthy', message: 'Readiness probe failed', ...by };
    default:
      return fault satisfies never;
  }
}

function isRunningWell(pod: KubernetesObject): boolean {
  return conditionOf(getPath(pod, 'status'), 'Ready')?.['status'] === 'True';
}

/** Hands out pod addresses; what pods in the store hold is taken. */
class PodAddresses {
  readonly #byUid = new Map<string, string>();
  readonly #taken = new Set<string>();
  #next = 1;

  note(pod: KubernetesObject): void {
    const address = textAt(pod, 'status', 'podIP');
    if (address === '' || this.#byUid.has(uidOf(pod))) return;
    this.#byUid.set(uidOf(pod), address);
    this.#taken.add(address);
  }

  of(pod: KubernetesObject): string {
    const known = this.#byUid.get(uidOf(pod));
    if (known !== undefined) return known;
    for (let tries = 0; tries < POD_ADDRESSES; tries++) {
      this.#next = (this.#next % POD_ADDRESSES) + 1;
      const address = `10.244.${this.#next >> 8}.${this.#next & 255}`;
      if (this.#taken.has(address)) continue;
      this.#taken.add(address);
      this.#byUid.set(uidOf(pod), address);
      return address;
    }
    return '';
  }

  free(pod: KubernetesObject): void {
    const address = this.#byUid.get(uidOf(pod));
    if (address !== undefined) this.#taken.delete(address);
    this.#byUid.delete(uidOf(pod));
  }
}
