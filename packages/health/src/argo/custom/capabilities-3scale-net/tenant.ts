import { conditionsOf, firstMatch, matches, on, ownOr } from '../conditions.ts';
import { peek, type Value } from '../value.ts';
import { healthy, progressing, type Check } from '../verdict.ts';

const isPositive = (id: Value) => typeof id === 'number' && id > 0;

/** Health of a 3scale Tenant: ready, with the ids that 3scale gave to the tenant and its admin. */
export const tenantHealth: Check = (object) => {
  const conditions = conditionsOf(object) ?? [];
  const isReady = conditions.some((condition) => matches(condition, { type: 'Ready', status: 'True' }));
  const hasIds = ['tenantId', 'adminId'].every((id) => isPositive(peek(object, 'status', id)));
  if (isReady && hasIds) return healthy('3scale Tenant is ready');
  const rule = on('Ready', { not: 'True' }, 'Degraded', ownOr('3scale Tenant is degraded'));
  return firstMatch(object, conditions, [rule]) ?? progressing('Waiting for 3scale Tenant status...');
};
