import { peek, unreadable } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

const FAILURES = [
  'Statefulset not controlled by operator',
  'Another MinIO Tenant already exists in the namespace',
  'Tenant credentials are not set properly',
  'Different versions across MinIO Pools',
  'Pool Decommissioning Not Allowed',
];

/** Health of a MinIO Tenant: its state; one that is neither good nor bad is on its way. */
export const tenantHealth: Check = (object) => {
  const state = peek(object, 'status', 'currentState');
  if (state === undefined) return progressing('No status info available');
  if (typeof state !== 'string') return unreadable('status.currentState is no text');
  if (state === 'Initialized') return healthy(state);
  return FAILURES.includes(state) ? degraded(state) : progressing(state);
};
