import { conditionsOf, matches } from '../conditions.ts';
import { fields, get, text, type Value } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

const NEEDED = ['ConfigurationsReady', 'RoutesReady', 'Ready'];

function isTold(value: Value): boolean {
  return value !== undefined && value !== '';
}

/** One line of the message. */
function describe(condition: Value): string {
  const { type, status, reason, message } = fields(condition, 'type', 'status', 'reason', 'message');
  const because = isTold(reason) ? text`, since ${reason}.` : '';
  return text`${type} is ${status}${because}${isTold(message) ? text` ${message}` : ''}\n`;
}

/** Health of a Knative Service: its three conditions; the message lists those that are not True. */
export const serviceHealth: Check = (object) => {
  const conditions = conditionsOf(object);
  if (conditions === undefined) return progressing('Waiting for status update.');
  const good = conditions.filter((condition) => matches(condition, { status: 'True', type: NEEDED }));
  const others = conditions.filter((condition) => matches(condition, { status: ['False', 'Unknown'] }));
  if (good.length === NEEDED.length && others.length === 0) return healthy('Knative Service is healthy.');
  const message = others.map(describe).join('');
  const hasFailed = others.some((condition) => get(condition, 'status') === 'False');
  return hasFailed ? degraded(message) : progressing(message);
};
