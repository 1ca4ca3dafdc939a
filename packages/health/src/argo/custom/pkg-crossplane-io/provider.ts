import { conditionsOf, lastOfType } from '../conditions.ts';
import { get, join, peek } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

/** Health of a Crossplane Provider: installed and healthy, both of which must have been told. */
export const providerHealth: Check = (object) => {
  const conditions = conditionsOf(object);
  if (conditions === undefined) return progressing('Waiting for provider to be installed');
  const parts = ['Installed', 'Healthy'].map((type) => lastOfType(conditions, type));
  const isGood = parts.every((part) => part !== undefined && get(part, 'status') === 'True');
  const message = join(
    parts.map((part) => peek(part, 'reason')),
    ' ',
  );
  return isGood ? healthy(message) : degraded(message);
};
