import type { KubernetesObject } from '@capstan/object';
import { conditionsOf } from '../fields.ts';
import type { HealthStatus } from '../health-status.ts';
import { verdict } from './verdict.ts';

/** Health of an APIService: its condition Available. */
export function apiServiceHealth(object: KubernetesObject): HealthStatus {
  const available = conditionsOf(object).find(({ type }) => type === 'Available');
  if (available === undefined) return verdict('Progressing', 'Waiting to be processed');
  const { status, reason, message } = available;
  return verdict(status === 'True' ? 'Healthy' : 'Progressing', `${reason}: ${message}`);
}
