import { conditionsOf, lastOfType } from '../conditions.ts';
import { get, or } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

/** Health of a Prometheus: the last condition `Available`. */
export const prometheusHealth: Check = (object) => {
  const available = lastOfType(conditionsOf(object) ?? [], 'Available');
  if (available === undefined) return progressing('Waiting for initialization');
  if (get(available, 'status') === 'True') return healthy('All instances are available');
  const why = get(available, 'reason');
  const message = or(get(available, 'message'), why);
  return why === 'SomePodsNotReady' ? progressing(message) : degraded(message);
};
