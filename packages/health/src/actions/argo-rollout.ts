import { getPath, type JsonObject } from '@capstan/object';
import { isSet, listAt, setting, timestamp, withAt, type ActionSet } from './action-set.ts';

/** Rollouts can be restarted, paused, resumed, aborted, retried and promoted, step by step or in full. */
export const rolloutActions: ActionSet = {
  discover(object) {
    const isPromoted = sameValue(getPath(object, 'status', 'currentPodHash'), getPath(object, 'status', 'stableRS'));
    const isAborted = isSet(getPath(object, 'status', 'abort'));
    const steps = getPath(object, 'spec', 'strategy', 'canary', 'steps');
    const isLastStep =
      getPath(object, 'status', 'currentStepIndex') === listAt(object, 'spec', 'strategy', 'canary', 'steps').length;
    return [
      { name: 'restart', disabled: false, displayName: 'Restart Pods' },
      { name: 'resume', disabled: !isPaused(object) },
      { name: 'abort', disabled: isPromoted || isAborted },
      { name: 'retry', disabled: isPromoted || !isAborted },
      { name: 'pause', disabled: isPromoted || isAborted || isSet(getPath(object, 'spec', 'paused')) },
      { name: 'promote-full', disabled: !mayPromoteFull(object, isPromoted) },
      { name: 'skip-current-step', disabled: steps === undefined || isLastStep },
    ];
  },
  actions: {
    restart: (object, { now }) => withAt(object, ['spec', 'restartAt'], timestamp(now)),
    pause: setting(['spec', 'paused'], true),
    abort: setting(['status', 'abort'], true),
    retry: (object) => withAt(object, ['status', 'abort'], undefined),
    resume: (object) => {
      const woken = withoutPauses(object);
      return isSet(getPath(object, 'spec', 'paused')) ? withAt(woken, ['spec', 'paused'], false) : woken;
    },
    'promote-full': (object) => {
      if (!hasStatus(object)) return object;
      if (!isOldController(object)) return withAt(object, ['status', 'promoteFull'], true);
      const retried = withAt(object, ['status', 'abort'], undefined);
      if (getPath(object, 'spec', 'strategy', 'canary', 'steps') === undefined) return retried;
      return withAt(
        retried,
        ['status', 'currentStepIndex'],
        listAt(object, 'spec', 'strategy', 'canary', 'steps').length,
      );
    },
    'skip-current-step': (object) => {
      const step = getPath(object, 'status', 'currentStepIndex');
      const steps = listAt(object, 'spec', 'strategy', 'canary', 'steps');
      if (typeof step !== 'number' || step >= steps.length) return object;
      return withAt(withoutPauses(object), ['status', 'currentStepIndex'], step + 1);
    },
  },
};

function isPaused(object: JsonObject): boolean {
  const conditions = getPath(object, 'status', 'pauseConditions');
  if (conditions !== undefined && conditions !== null) return listAt(object, 'status', 'pauseConditions').length > 0;
  return isSet(getPath(object, 'spec', 'paused'));
}

function withoutPauses(object: JsonObject): JsonObject {
  const isWaiting = listAt(object, 'status', 'pauseConditions').length > 0;
  return isWaiting ? withAt(object, ['status', 'pauseConditions'], undefined) : object;
}

function mayPromoteFull(object: JsonObject, isPromoted: boolean): boolean {
  if (!hasStatus(object) || isPromoted) return false;
  return !isOldController(object) || getPath(object, 'spec', 'strategy', 'blueGreen') === undefined;
}

function hasStatus(object: JsonObject): boolean {
  return getPath(object, 'status') !== undefined;
}

/** Controllers before 0.10 wrote a hash, not a number, as the generation that they saw, and cannot promote in full. */
function isOldController(object: JsonObject): boolean {
  const observed = getPath(object, 'status', 'observedGeneration');
  const generation = getPath(object, 'metadata', 'generation');
  const seen =
    typeof observed === 'number'
      ? observed
      : typeof observed === 'string' && /^[0-9]+$/.test(observed)
        ? Number(observed)
        : undefined;
  return seen === undefined || (typeof generation === 'number' && seen > generation);
}

function sameValue(left: unknown, right: unknown): boolean {
  return (left ?? null) === (right ?? null);
}
