import { getPath, type JsonObject } from '@capstan/object';
import { mappingsAt, textAt } from '../fields.ts';
import {
  annotating,
  setting,
  withAnnotation,
  withAt,
  type ActionSet,
  type ResourceAction,
  type RunAction,
} from './action-set.ts';

const UPGRADE_STATE = 'numaplane.numaproj.io/upgrade-state';
const FORCE_PROMOTE = 'numaplane.numaproj.io/force-promote';
const ALLOWED_STRATEGIES = 'numaflow.numaproj.io/allowed-resume-strategies';
const STRATEGY = 'numaflow.numaproj.io/resume-strategy';
const DATA_LOSS = 'numaplane.numaproj.io/allow-data-loss';

const forcePromote = setting(['metadata', 'labels', FORCE_PROMOTE], 'true');

/** Running instead of paused. Where there is no life cycle, upstream's script fails; here one is made. */
function running(path: readonly string[]): RunAction {
  return setting([...path, 'lifecycle', 'desiredPhase'], 'Running');
}

/** An InterStepBufferService that is being upgraded can be promoted by force. */
export const interStepBufferActions: ActionSet = {
  discover: (object) => [
    { name: 'force-promote', disabled: !mayForcePromote(object), iconClass: 'fa-solid fa-fw fa-forward' },
  ],
  actions: { 'force-promote': forcePromote },
};

/** A MonoVertex can be paused, unpaused and promoted by force. */
export const monoVertexActions: ActionSet = {
  discover: (object) => [...pausing(object, ['spec'], !isOwnedBy(object, 'MonoVertexRollout')), promoting(object)],
  actions: {
    pause: setting(['spec', 'lifecycle', 'desiredPhase'], 'Paused'),
    'unpause-fast': running(['spec']),
    'unpause-gradual': (object) =>
      withAt(withAt(object, ['spec', 'lifecycle', 'desiredPhase'], 'Running'), ['spec', 'replicas'], undefined),
    'force-promote': forcePromote,
  },
};

/** A Pipeline can be paused, unpaused, promoted by force, and marked for deletion. */
export const pipelineActions: ActionSet = {
  discover(object) {
    const state = textAt(object, ['metadata', 'labels', UPGRADE_STATE]);
    const mayPause = !isOwnedBy(object, 'PipelineRollout') || state === 'recyclable-expired';
    return [
      ...pausing(object, ['spec'], mayPause),
      promoting(object),
      {
        name: 'delete',
        disabled: state !== 'recyclable' && state !== 'recyclable-expired',
        displayName: 'Delete',
        iconClass: 'fa-solid fa-fw fa-trash',
      },
    ];
  },
  actions: {
    pause: setting(['spec', 'lifecycle', 'desiredPhase'], 'Paused'),
    'unpause-fast': resumed('fast'),
    'unpause-gradual': resumed('slow'),
    'force-promote': forcePromote,
    delete: annotating('numaplane.numaproj.io/marked-for-deletion', 'true'),
  },
};

function resumed(strategy: string): RunAction {
  return (object) =>
    withAnnotation(withAt(object, ['spec', 'lifecycle', 'desiredPhase'], 'Running'), STRATEGY, strategy);
}

/** A MonoVertexRollout can be paused and unpaused. */
export const monoVertexRolloutActions: ActionSet = {
  discover: (object) => pausing(object, ['spec', 'monoVertex', 'spec'], true, ['spec', 'monoVertex']),
  actions: rolloutPausing(['spec', 'monoVertex', 'spec']),
};

/** A PipelineRollout can be paused and unpaused, and told whether data may be lost. */
export const pipelineRolloutActions: ActionSet = {
  discover: (object) => [
    ...pausing(object, ['spec', 'pipeline', 'spec'], true, ['spec', 'pipeline']),
    {
      name: 'allow-data-loss',
      disabled: getPath(object, 'status', 'upgradeInProgress') !== 'PipelinePauseAndDrain',
      displayName: 'Allow (Possible) Data Loss',
      iconClass: 'fa-solid fa-fw fa-unlock',
    },
    {
      name: 'disallow-data-loss',
      disabled: getPath(object, 'metadata', 'annotations', DATA_LOSS) !== 'true',
      displayName: 'Disallow Data Loss',
      iconClass: 'fa-solid fa-fw fa-lock',
    },
  ],
  actions: {
    ...rolloutPausing(['spec', 'pipeline', 'spec']),
    'allow-data-loss': annotating(DATA_LOSS, 'true'),
    'disallow-data-loss': annotating(DATA_LOSS, 'false'),
  },
};

function rolloutPausing(path: readonly string[]): Readonly<Record<string, RunAction>> {
  const unpause =
    (fast: boolean): RunAction =>
    (object) =>
      withAt(
        withAt(object, [...path, 'lifecycle', 'desiredPhase'], 'Running'),
        ['spec', 'strategy', 'pauseResume', 'fastResume'],
        fast,
      );
  return {
    pause: setting([...path, 'lifecycle', 'desiredPhase'], 'Paused'),
    'unpause-fast': unpause(true),
    'unpause-gradual': unpause(false),
  };
}

/** Pause, or those ways to unpause that an annotation of the template allows; the slow one where it allows none. */
function pausing(
  object: JsonObject,
  path: readonly string[],
  isAllowed: boolean,
  template: readonly string[] = path,
): readonly ResourceAction[] {
  const isPaused = getPath(object, ...path, 'lifecycle', 'desiredPhase') === 'Paused';
  const strategies = getPath(object, ...template, 'metadata', 'annotations', ALLOWED_STRATEGIES);
  const mayUnpause = isAllowed && isPaused;
  return [
    { name: 'pause', disabled: !isAllowed || isPaused, iconClass: 'fa-solid fa-fw fa-pause' },
    {
      name: 'unpause-gradual',
      disabled: !mayUnpause || strategies === 'fast',
      displayName: 'Unpause (gradual)',
      iconClass: 'fa-solid fa-fw fa-play',
    },
    {
      name: 'unpause-fast',
      disabled: !mayUnpause || (strategies !== 'fast' && strategies !== 'slow, fast'),
      displayName: 'Unpause (fast)',
      iconClass: 'fa-solid fa-fw fa-play',
    },
  ];
}

function promoting(object: JsonObject): ResourceAction {
  return {
    name: 'force-promote',
    disabled: !mayForcePromote(object),
    displayName: 'Force Promote',
    iconClass: 'fa-solid fa-fw fa-forward',
  };
}

function mayForcePromote(object: JsonObject): boolean {
  const state = textAt(object, ['metadata', 'labels', UPGRADE_STATE]);
  return (
    (state === 'in-progress' || state === 'trial') && getPath(object, 'metadata', 'labels', FORCE_PROMOTE) !== 'true'
  );
}

function isOwnedBy(object: JsonObject, kind: string): boolean {
  return mappingsAt(object, 'metadata', 'ownerReferences').some((owner) => owner['kind'] === kind);
}
