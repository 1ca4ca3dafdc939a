import { conditionsOf } from '../conditions.ts';
import { get, list, peek, text } from '../value.ts';
import { healthy, judged, progressing, type Check } from '../verdict.ts';
import { programmedConditions } from './programmed-conditions.ts';

const troubleOfGateway = programmedConditions('Gateway');
const troubleOfListener = programmedConditions('Listener');

/** Health of a Gateway: its conditions, then those of its listeners. */
export const gatewayHealth: Check = (object) => {
  const conditions = conditionsOf(object);
  const trouble = conditions && troubleOfGateway(object, conditions);
  if (trouble !== undefined) return trouble;
  const told = peek(object, 'status', 'listeners');
  const listeners = told === undefined ? [] : list(told);
  for (const listener of listeners) {
    const its = get(listener, 'conditions');
    const found = its === undefined ? undefined : troubleOfListener(object, list(its));
    if (found !== undefined) return judged(found.status, text`Listener: ${found.message}`);
  }
  const hasSpoken = conditions !== undefined || listeners.length > 0;
  return hasSpoken ? healthy('Gateway is healthy') : progressing('Waiting for Gateway status');
};
