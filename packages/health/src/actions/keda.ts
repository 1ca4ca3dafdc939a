import { getPath, type JsonObject } from '@capstan/object';
import { annotating, failAction, numberIn, withAnnotation, type ActionSet, type RunAction } from './action-set.ts';

const PAUSED = 'autoscaling.keda.sh/paused';
const PAUSED_REPLICAS = 'autoscaling.keda.sh/paused-replicas';
const PAUSE_ICON = 'fa fa-fw fa-pause-circle';
const PLAY_ICON = 'fa fa-fw fa-play-circle';

/** ScaledJobs can be paused and resumed. */
export const scaledJobActions: ActionSet = {
  discover(object) {
    const paused = annotation(object, PAUSED) === 'true';
    return [
      { name: 'pause', disabled: paused, iconClass: PAUSE_ICON },
      { name: 'resume', disabled: !paused, iconClass: PLAY_ICON },
    ];
  },
  actions: {
    pause: annotating(PAUSED, 'true'),
    resume: (object) => withAnnotation(object, PAUSED, undefined),
  },
};

const pauseAtReplicas: RunAction = (object, { parameters }) => {
  const given = parameters['replicas'];
  if (given === undefined) return failAction('replicas parameter is required');
  const replicas = numberIn(given);
  if (replicas === undefined || replicas < 0) return failAction(`invalid number: ${given} (must be >= 0)`);
  return withAnnotation(object, PAUSED_REPLICAS, String(replicas));
};

/** ScaledObjects can be paused, also at a number of replicas, and resumed. */
export const scaledObjectActions: ActionSet = {
  discover(object) {
    const paused = annotation(object, PAUSED) === 'true';
    const isPaused = paused || annotation(object, PAUSED_REPLICAS) !== undefined;
    return [
      { name: 'pause', disabled: isPaused, iconClass: PAUSE_ICON },
      { name: 'paused-replicas', disabled: paused, iconClass: PAUSE_ICON, params: [{ name: 'replicas' }] },
      { name: 'resume', disabled: !isPaused, iconClass: PLAY_ICON },
    ];
  },
  actions: {
    pause: annotating(PAUSED, 'true'),
    'paused-replicas': pauseAtReplicas,
    resume: (object) => withAnnotation(withAnnotation(object, PAUSED, undefined), PAUSED_REPLICAS, undefined),
  },
};

function annotation(object: JsonObject, name: string): unknown {
  return getPath(object, 'metadata', 'annotations', name);
}
