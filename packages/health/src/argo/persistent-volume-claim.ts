import type { KubernetesObject } from '@capstan/object';
import { textAt } from '../fields.ts';
import type { HealthStatus } from '../health-status.ts';
import { verdict } from './verdict.ts';

/** Health of a PersistentVolumeClaim: its phase. */
export function persistentVolumeClaimHealth(object: KubernetesObject): HealthStatus {
  switch (textAt(object, ['status', 'phase'])) {
    case 'Lost':
      return verdict('Degraded');
    case 'Pending':
      return verdict('Progressing');
    case 'Bound':
      return verdict('Healthy');
    default:
      return verdict('Unknown');
  }
}
