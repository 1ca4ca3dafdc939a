import { conditionsOf, matches, type Match } from '../conditions.ts';
import { get, type Value } from '../value.ts';
import { degraded, healthy, progressing, suspended, type Check } from '../verdict.ts';

/** A scaled workload of KEDA: Degraded by `failures`, else what `Ready` and `Paused` say; the last one's message. */
export function kedaScaling(failures: readonly Match[], waiting: string): Check {
  return (object) => {
    let message: Value;
    const seen = { failed: false, ready: false, paused: false };
    for (const condition of conditionsOf(object) ?? []) {
      const failed = failures.some((failure) => matches(condition, failure));
      const isReady = matches(condition, { type: 'Ready', status: 'True' });
      const paused = matches(condition, { type: 'Paused', status: 'True' });
      if (failed || isReady || paused) message = get(condition, 'message');
      seen.failed ||= failed;
      seen.ready ||= isReady;
      seen.paused ||= paused;
    }
    if (seen.failed) return degraded(message);
    if (!seen.ready) return progressing(waiting);
    return seen.paused ? suspended(message) : healthy(message);
  };
}
