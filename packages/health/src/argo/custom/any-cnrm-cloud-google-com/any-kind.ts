import { firstCondition, when } from '../conditions.ts';
import { isObserved } from '../generation.ts';
import { peek } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

const rules = [
  when({ reason: 'UpToDate', status: 'True' }, 'Healthy'),
  when({ reason: ['UpdateFailed', 'DependencyNotFound'] }, 'Degraded'),
  when({ reason: 'DependencyNotReady' }, 'Suspended'),
];
const byReason = firstCondition(rules, progressing('Update in progress'));

/** Health of the objects of Google's Config Connector: the reason of their conditions, once these are up to date. */
export const anyKindHealth: Check = (object) => {
  if (object['status'] === undefined || !isObserved(object)) return progressing('Update in progress');
  const told = peek(object, 'status', 'healthy');
  const isConnector = object.kind === 'ConfigConnector' || object.kind === 'ConfigConnectorContext';
  if (!isConnector || told === undefined) return byReason(object);
  return told === true ? healthy(`${object.kind} is healthy`) : degraded(`${object.kind} is not healthy`);
};
