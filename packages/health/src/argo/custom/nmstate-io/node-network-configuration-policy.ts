import type { HealthCode } from '../../../health-status.ts';
import { conditionsOf } from '../conditions.ts';
import { get, text, type Value } from '../value.ts';
import { judged, progressing, type Check } from '../verdict.ts';

const codes = new Map<Value, HealthCode>([
  ['Available', 'Healthy'],
  ['Degraded', 'Degraded'],
  ['Progressing', 'Progressing'],
  ['Ignored', 'Suspended'],
]);

function explain(condition: Value): Value {
  const [why, message] = [get(condition, 'reason'), get(condition, 'message')];
  return message === undefined || message === '' ? why : text`${why}: ${message}`;
}

/** Health of a NodeNetworkConfigurationPolicy: the first condition that is True. */
export const nodeNetworkConfigurationPolicyHealth: Check = (object) => {
  for (const condition of conditionsOf(object) ?? []) {
    if (get(condition, 'status') !== 'True') continue;
    const message = explain(condition);
    const code = codes.get(get(condition, 'type'));
    if (code !== undefined) return judged(code, message);
  }
  return progressing('Waiting for policy to be applied');
};
