import type { HealthCode } from '../../../health-status.ts';
import { onceObserved } from '../generation.ts';
import { valueTable, type Outcome } from '../value-table.ts';
import { get, or } from '../value.ts';
import { healthy, judged, progressing, withStatus, type Check } from '../verdict.ts';

const reconciling = progressing('Waiting for the operator to reconcile');

function reasonOr(code: HealthCode, fallback: string): Outcome {
  return (_value, object) => {
    const why = or(get(object, 'status', 'reason'), '');
    return judged(code, why === '' ? fallback : why);
  };
}

/** Health of the objects of the VictoriaMetrics operator: how far the last update is, and why. */
export const anyKindHealth: Check = withStatus(
  reconciling,
  onceObserved(
    reconciling,
    valueTable(
      ['status', 'updateStatus'],
      {
        operational: healthy('All components are operational'),
        expanding: reasonOr('Progressing', 'Reconciliation in progress'),
        paused: reasonOr('Suspended', 'Reconciliation is paused'),
        failed: reasonOr('Degraded', 'Reconciliation failed'),
      },
      progressing('Waiting for the operator to report status'),
    ),
  ),
);
