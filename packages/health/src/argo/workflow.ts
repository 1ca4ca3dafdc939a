import type { KubernetesObject } from '@capstan/object';
import { textAt } from '../fields.ts';
import type { HealthStatus } from '../health-status.ts';
import { verdict } from './verdict.ts';

/** Health of an Argo Workflow: its phase. */
export function workflowHealth(object: KubernetesObject): HealthStatus {
  const message = textAt(object, ['status', 'message']);
  switch (textAt(object, ['status', 'phase'])) {
    case '':
    case 'Pending':
    case 'Running':
      return verdict('Progressing', message);
    case 'Succeeded':
      return verdict('Healthy', message);
    case 'Failed':
    case 'Error':
      return verdict('Degraded', message);
    default:
      return verdict('Unknown', message);
  }
}
