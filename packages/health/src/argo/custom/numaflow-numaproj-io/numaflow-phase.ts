import { conditionsOf } from '../conditions.ts';
import { generationOf } from '../generation.ts';
import { get, peek } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

const PROGRESSIVE_RESULT = 'numaplane.numaproj.io/progressive-result-state';

/** How a kind of Numaflow tells its health. */
export interface NumaflowRules {
  /** The message where a condition is False; none: that condition's own. */
  readonly unhealthy?: string;
  /** Whether the label of a progressive upgrade that has failed counts. */
  readonly progressive: boolean;
  /** Phases of a pause, which is Healthy. */
  readonly paused: readonly string[];
}

/** A kind of Numaflow: its phase, once observed, unless it has failed or one of its conditions is False. */
export function numaflowPhase({ unhealthy, progressive, paused }: NumaflowRules): Check {
  return (object) => {
    const { kind } = object;
    const waiting = progressing(`Waiting for ${kind} status`);
    const status = get(object, 'status');
    if (status === undefined) return waiting;
    const bad = (conditionsOf(object) ?? []).findLast((condition) => get(condition, 'status') === 'False');
    const hasFailedUpgrade = progressive && peek(object, 'metadata', 'labels', PROGRESSIVE_RESULT) === 'failed';
    if (generationOf(object) !== get(status, 'observedGeneration')) return waiting;
    const phase = get(status, 'phase');
    if (phase === 'Failed') return degraded(get(status, 'message'));
    if (hasFailedUpgrade) return degraded('Failed progressive upgrade');
    if (bad !== undefined) return degraded(unhealthy ?? get(bad, 'message'));
    if (typeof phase === 'string' && paused.includes(phase)) return healthy(`${kind} is paused`);
    return phase === 'Running' ? healthy(`${kind} is healthy`) : waiting;
  };
}
