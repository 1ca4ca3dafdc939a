import { firstCondition, on } from '../conditions.ts';
import { progressing, type Check } from '../verdict.ts';

/** Health of a kind of Strimzi, called `name` in its messages: `NotReady` or `Ready`, whichever is True. */
export function strimziReady(name: string): Check {
  return firstCondition(
    [on('NotReady', 'True', 'Degraded'), on('Ready', 'True', 'Healthy', '')],
    progressing(`Waiting for ${name}`),
  );
}
