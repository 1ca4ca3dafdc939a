import { getPath } from '@capstan/object';
import { annotatingPods } from './restart.ts';
import {
  failAction,
  isSet,
  numberIn,
  setting,
  withAt,
  type ActionSet,
  type ResourceAction,
  type RunAction,
} from './action-set.ts';

const RESTART: ResourceAction = { name: 'restart', iconClass: 'fa fa-fw fa-redo' };
const SCALE: ResourceAction = { name: 'scale', iconClass: 'fa fa-fw fa-plus-circle', params: [{ name: 'replicas' }] };

const scale: RunAction = (object, { parameters }) => {
  const replicas = numberIn(parameters['replicas']);
  if (replicas === undefined)
    failAction(`invalid number: ${parameters['replicas'] ?? 'no parameter replicas is given'}`);
  return withAt(object, ['spec', 'replicas'], replicas);
};

/** Deployments can be restarted, paused, resumed and scaled. */
export const deploymentActions: ActionSet = {
  discover(object) {
    const paused = isSet(getPath(object, 'spec', 'paused'));
    return [
      RESTART,
      { name: 'pause', disabled: paused, iconClass: 'fa fa-fw fa-pause-circle' },
      { name: 'resume', disabled: !paused, iconClass: 'fa fa-fw fa-play-circle' },
      SCALE,
    ];
  },
  actions: {
    restart: annotatingPods,
    pause: setting(['spec', 'paused'], true),
    resume: (object) => withAt(object, ['spec', 'paused'], undefined),
    scale,
  },
};

/** StatefulSets can be restarted and scaled. */
export const statefulSetActions: ActionSet = {
  discover: () => [RESTART, SCALE],
  actions: { restart: annotatingPods, scale },
};

/** DaemonSets can be restarted. */
export const daemonSetActions: ActionSet = { discover: () => [RESTART], actions: { restart: annotatingPods } };
