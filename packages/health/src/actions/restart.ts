import { timestamp, withAt, type RunAction } from './action-set.ts';

/** Restarts the pods of a workload as `kubectl rollout restart` does: by an annotation of the template. */
export const annotatingPods: RunAction = (object, { now }) =>
  withAt(object, ['spec', 'template', 'metadata', 'annotations', 'kubectl.kubernetes.io/restartedAt'], timestamp(now));
