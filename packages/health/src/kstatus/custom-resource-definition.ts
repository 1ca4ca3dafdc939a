import type { KubernetesObject } from '@capstan/object';
import { conditionsOf } from '../fields.ts';
import { current, failed, inProgress, type KstatusResult } from './result.ts';

/** kstatus of a CustomResourceDefinition: its names are accepted, and it is established. */
export function customResourceDefinitionStatus(object: KubernetesObject): KstatusResult {
  for (const { type, status, reason, message } of conditionsOf(object)) {
    if (type === 'NamesAccepted' && status === 'False') return failed(reason, message);
    if (type !== 'Established') continue;
    if (status === 'False' && reason !== 'Installing') return failed(reason, message);
    if (status === 'True') return current('CRD is established');
  }
  return inProgress('Installing', 'Install in progress');
}
