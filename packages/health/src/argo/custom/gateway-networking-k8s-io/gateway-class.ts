import { conditionsOf, firstMatch, on, ownOr, when } from '../conditions.ts';
import { lagsBehind } from '../generation.ts';
import { get } from '../value.ts';
import { progressing, type Check } from '../verdict.ts';

const WAITING = 'Waiting for GatewayClass status';
const rules = [
  on('Accepted', 'True', 'Healthy', ownOr('GatewayClass is accepted')),
  on('Accepted', 'False', 'Degraded', ownOr('GatewayClass is not accepted')),
  when({ type: 'Accepted' }, 'Progressing', ownOr(WAITING)),
];

/** Health of a GatewayClass: whether a controller has accepted this generation of it. */
export const gatewayClassHealth: Check = (object) => {
  const current = (conditionsOf(object) ?? []).filter(
    (condition) => !lagsBehind(object, get(condition, 'observedGeneration')),
  );
  return firstMatch(object, current, rules) ?? progressing(WAITING);
};
