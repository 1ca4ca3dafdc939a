import { conditionsOf, firstMatch, on, when, type Wanted } from '../conditions.ts';
import { generationOf } from '../generation.ts';
import { fields, get, type Value } from '../value.ts';
import { degraded, progressing, unknown, withStatus, type Check } from '../verdict.ts';

/** How a rollout of Numaplane tells its health. */
export interface RolloutRules {
  /** Why the child is not healthy where that is a failure; other reasons do not count. */
  readonly failure: Wanted;
  /** Whether the rollout can be a progressive upgrade, whose failure ends it. */
  readonly progressive: boolean;
  /** The type of the condition that tells of a pause, which is Healthy. */
  readonly paused?: string;
  /** The message where nothing is known. */
  readonly unclear: string;
}

const CHILD = 'ChildResourcesHealthy';
const failedUpgrade = on('ProgressiveUpgradeSucceeded', 'False', 'Degraded', 'Progressive upgrade failed');
const childOnTheWay = when({ type: CHILD, status: 'False', reason: 'Progressing' }, 'Progressing', 'Child Progressing');

function isUpdating(status: Value): boolean {
  const { upgradeInProgress, phase } = fields(status, 'upgradeInProgress', 'phase');
  return (upgradeInProgress !== undefined && upgradeInProgress !== '') || phase === 'Pending';
}

/** A rollout of Numaplane: on its way, failed, paused or healthy, in that order. */
export function numaplaneRollout({ failure, progressive, paused, unclear }: RolloutRules): Check {
  const failedChild = when({ type: CHILD, status: 'False', reason: failure }, 'Degraded');
  const failures = progressive ? [failedChild, failedUpgrade] : [failedChild];
  const pause = paused === undefined ? [] : [on(paused, 'True', 'Healthy')];
  const wellChild = on(CHILD, 'True', 'Healthy', 'Healthy');
  return withStatus(progressing('Not yet reconciled'), (object) => {
    const status = get(object, 'status');
    if (generationOf(object) !== get(status, 'observedGeneration')) return progressing('Not yet reconciled');
    const conditions = conditionsOf(object) ?? [];
    const hasFailedUpgrade = progressive && firstMatch(object, conditions, [failedUpgrade]) !== undefined;
    if (isUpdating(status) && !hasFailedUpgrade) return progressing('Update in progress');
    const onTheWay = firstMatch(object, conditions, [childOnTheWay]);
    if (onTheWay !== undefined) return onTheWay;
    if (get(status, 'phase') === 'Failed') return degraded(get(status, 'message'));
    for (const rules of [failures, pause, [wellChild]]) {
      const found = firstMatch(object, conditions, rules);
      if (found !== undefined) return found;
    }
    return unknown(unclear);
  });
}
