import type { JsonObject, JsonValue, KubernetesObject } from '@capstan/object';
import type { PodFault } from './pod-fault.ts';
import { objectAt, objectsAt, textAt } from './read.ts';

const RESTARTS = 3;

/** The stages of a pod's life that a node reports. */
export type PodStage =
  | { readonly kind: 'running' }
  | { readonly kind: 'ended'; readonly exitCode: number }
  | { readonly kind: 'waiting'; readonly fault: PodFault; readonly backOff: boolean };

/** A pod's status as its node writes it at a stage. */
export function podStatus(pod: KubernetesObject, stage: PodStage, address: string, now: string): JsonObject {
  const before = objectAt(pod, 'status');
  const started = textAt(before, 'startTime') || now;
  const base = {
    ...(before['qosClass'] === undefined ? {} : { qosClass: before['qosClass'] }),
    startTime: started,
    podIP: address,
    podIPs: [{ ip: address }],
  };
  const init = objectsAt(pod, 'spec', 'initContainers');
  const states = (ready: boolean, phase: string): JsonObject => ({
    ...base,
    phase,
    conditions: conditions(pod, stage, ready, now),
    ...(init.length === 0 ? {} : { initContainerStatuses: init.map((each) => initState(each, stage, started, now)) }),
    containerStatuses: objectsAt(pod, 'spec', 'containers').map((each) => containerState(each, stage, started, now)),
  });
  switch (stage.kind) {
    case 'running':
      return states(true, 'Running');
    case 'ended':
      return states(false, stage.exitCode === 0 ? 'Succeeded' : 'Failed');
    case 'waiting':
      return states(false, stage.fault.kind === 'image' ? 'Pending' : 'Running');
    default:
      return stage satisfies never;
  }
}

function conditions(pod: KubernetesObject, stage: PodStage, ready: boolean, now: string): JsonValue {
  const names = objectsAt(pod, 'spec', 'containers').map((container) => textAt(container, 'name'));
  const completed = stage.kind === 'ended' && stage.exitCode === 0;
  const why: JsonObject = ready
    ? {}
    : completed
      ? { reason: 'PodCompleted' }
      : { reason: 'ContainersNotReady', message: `containers with unready status: [${names.join(' ')}]` };
  const initialized = !(stage.kind === 'waiting' && stage.fault.kind === 'image' && isInit(pod, stage.fault.container));
  const values: readonly (readonly [string, boolean, JsonObject])[] = [
    ['Initialized', initialized, completed ? { reason: 'PodCompleted' } : {}],
    ['Ready', ready, why],
    ['ContainersReady', ready, why],
    ['PodScheduled', true, {}],
  ];
  const old = objectsAt(pod, 'status', 'conditions');
  return values.map(([type, holds, extra]) => {
    const status = holds ? 'True' : 'False';
    const known = old.find((each) => each['type'] === type && each['status'] === status);
    const since = textAt(known, 'lastTransitionTime') || now;
    return { lastProbeTime: null, lastTransitionTime: since, ...extra, status, type };
  });
}

function isInit(pod: KubernetesObject, name: string): boolean {
  return objectsAt(pod, 'spec', 'initContainers').some((container) => textAt(container, 'name') === name);
}

function initState(container: JsonObject, stage: PodStage, started: string, now: string): JsonObject {
  if (stage.kind === 'waiting' && stage.fault.kind === 'image' && stage.fault.container === textAt(container, 'name')) {
    return {
      ...identity(container),
      ready: false,
      restartCount: 0,
      state: { waiting: pullWait(stage.fault, stage.backOff) },
    };
  }
  return { ...identity(container), ready: true, restartCount: 0, state: { terminated: terminated(0, started, now) } };
}

function containerState(container: JsonObject, stage: PodStage, started: string, now: string): JsonObject {
  const self = identity(container);
  switch (stage.kind) {
    case 'running':
      return { ...self, ready: true, restartCount: 0, state: { running: { startedAt: started } } };
    case 'ended':
      return {
        ...self,
        ready: false,
        restartCount: 0,
        state: { terminated: terminated(stage.exitCode, started, now) },
      };
    case 'waiting':
      return { ...self, ...waitingState(container, stage.fault, stage.backOff, started, now) };
    default:
      return stage satisfies never;
  }
}

function waitingState(
  container: JsonObject,
  fault: PodFault,
  backOff: boolean,
  started: string,
  now: string,
): JsonObject {
  switch (fault.kind) {
    case 'image': {
      const own = fault.container === textAt(container, 'name');
      const waiting = own ? pullWait(fault, backOff) : { reason: 'PodInitializing' };
      return { ready: false, restartCount: 0, state: { waiting } };
    }
    case 'crash':
    case 'exit': {
      const code = fault.kind === 'exit' ? fault.code : 1;
      const reason = 'CrashLoopBackOff';
      const message = `back-off 40s restarting failed container=${textAt(container, 'name')}`;
      const lastState = { terminated: terminated(code, started, now) };
      return { ready: false, restartCount: RESTARTS, state: { waiting: { message, reason } }, lastState };
    }
    case 'not-ready':
      return { ready: false, restartCount: 0, state: { running: { startedAt: started } } };
    default:
      return fault satisfies never;
  }
}

function identity(container: JsonObject): JsonObject {
  return { image: textAt(container, 'image'), imageID: '', lastState: {}, name: textAt(container, 'name') };
}

function terminated(exitCode: number, startedAt: string, finishedAt: string): JsonObject {
  return { exitCode, finishedAt, reason: exitCode === 0 ? 'Completed' : 'Error', startedAt };
}

function pullWait(fault: { readonly image: string }, backOff: boolean): JsonObject {
  const full = qualifiedImage(fault.image);
  const cause = `failed to pull and unpack image "${full}": failed to resolve reference "${full}": ${full}: not found`;
  return backOff
    ? { message: `Back-off pulling image "${fault.image}": ErrImagePull: ${cause}`, reason: 'ImagePullBackOff' }
    : { message: cause, reason: 'ErrImagePull' };
}

function qualifiedImage(image: string): string {
  const first = image.split('/')[0] ?? '';
  if (image.includes('/') && (first.includes('.') || first.includes(':') || first === 'localhost')) return image;
  return image.includes('/') ? `docker.io/${image}` : `docker.io/library/${image}`;
}
