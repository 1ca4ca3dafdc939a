import type { KubernetesObject } from '@capstan/object';
import { conditionsOf } from '../fields.ts';
import type { HealthStatus } from '../health-status.ts';
import { verdict } from './verdict.ts';

/** Health of a Job: failed, suspended, complete, or under way. A condition counts by its being there, but for Suspended. */
export function jobHealth(object: KubernetesObject): HealthStatus {
  const conditions = conditionsOf(object);
  const last = (...types: readonly string[]) => conditions.findLast(({ type }) => types.includes(type));
  const failed = last('Failed');
  if (failed !== undefined) return verdict('Degraded', failed.message);
  const told = last('Complete', 'Suspended');
  if (told === undefined) return verdict('Progressing');
  const suspended = conditions.some(({ type, status }) => type === 'Suspended' && status === 'True');
  return verdict(suspended ? 'Suspended' : 'Healthy', told.message);
}
