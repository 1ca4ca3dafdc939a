import { conditionsOf, matches } from '../conditions.ts';
import { get, isLess, or, text, written, type Value } from '../value.ts';
import { degraded, healthy, progressing, withStatus, type Check } from '../verdict.ts';

interface Seen {
  readonly available: boolean;
  readonly availability: Value;
  readonly progress: Value;
}

function hasFailed(condition: Value): boolean {
  if (get(condition, 'reason') === 'ProgressDeadlineExceeded') return true;
  const message = written(or(get(condition, 'message'), '')).toLowerCase();
  return message.includes('timeout') || message.includes('failed');
}

function look(seen: Seen, condition: Value): Seen {
  const isSo = get(condition, 'status') === 'True';
  const message = get(condition, 'message');
  if (get(condition, 'type') === 'Progressing') {
    return isSo ? { ...seen, progress: or(message, 'Application progress status') } : seen;
  }
  if (get(condition, 'type') !== 'Available') return seen;
  const fallback = isSo ? 'Application availability status' : 'Application is not available';
  return { ...seen, available: isSo, availability: or(message, fallback) };
}

/** Health of a SpinApp: whether it is available with the replicas that it wants. */
export const spinAppHealth: Check = withStatus(progressing('Waiting for status to be available'), (object) => {
  let seen: Seen = { available: false, availability: '', progress: undefined };
  for (const condition of conditionsOf(object) ?? []) {
    if (matches(condition, { type: 'Progressing', status: 'False' }) && hasFailed(condition)) {
      return degraded(or(get(condition, 'message'), 'Application deployment has failed'));
    }
    seen = look(seen, condition);
  }
  const readyReplicas = or(get(object, 'status', 'readyReplicas'), 0);
  const replicas = or(get(object, 'spec', 'replicas'), 1);
  if (!seen.available) return degraded(seen.availability);
  if (isLess(readyReplicas, replicas)) {
    return progressing(text`Waiting for replicas to be ready (${readyReplicas}/${replicas})`);
  }
  if (seen.progress !== undefined) return progressing(seen.progress);
  return healthy(text`Application is healthy with ${readyReplicas}/${replicas} replicas ready`);
});
