import type { KubernetesObject } from '@capstan/object';
import { textAt } from '../fields.ts';
import { current, inProgress, type KstatusResult } from './result.ts';

/** kstatus of a PersistentVolumeClaim: whether it is bound. */
export function persistentVolumeClaimStatus(object: KubernetesObject): KstatusResult {
  const phase = textAt(object, ['status', 'phase'], 'unknown');
  return phase === 'Bound' ? current('PVC is Bound') : inProgress('NotBound', `PVC is not Bound. phase: ${phase}`);
}
