import { generationOf } from '../generation.ts';
import { get } from '../value.ts';
import { degraded, healthy, progressing, suspended, type Check, type Verdict } from '../verdict.ts';

const underWay = progressing('Rollout is still progressing');

/** By phase of the rollout and state of its current step, which both must be told. */
const verdicts = new Map<string, Verdict>([
  ['Progressing/StepPaused', suspended('Rollout is Paused need manual intervention')],
  ['Healthy/Completed', healthy('Rollout is Completed')],
  ['Terminating/StepPaused', degraded('Rollout is Disabled or Terminating')],
  ['Disabled/StepPaused', degraded('Rollout is Disabled or Terminating')],
]);

/** Health of a Rollout of OpenKruise: its phase and its current step, once observed. */
export const rolloutHealth: Check = (object) => {
  if (get(object, 'status', 'observedGeneration') !== generationOf(object)) return underWay;
  const step = get(object, 'status', 'canaryStatus', 'currentStepState');
  const phase = get(object, 'status', 'phase');
  if (typeof step !== 'string' || typeof phase !== 'string') return underWay;
  return verdicts.get(`${phase}/${step}`) ?? underWay;
};
