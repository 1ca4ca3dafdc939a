import type { KubernetesObject } from '@capstan/object';
import { valueTable } from '../value-table.ts';
import { peek, type Value } from '../value.ts';
import { degraded, healthy, progressing, unknown, type Check } from '../verdict.ts';

/** The status by its number in Istio's API. */
const NAMES = ['NONE', 'UPDATING', 'RECONCILING', 'HEALTHY', 'ERROR'];

function statusOf(object: KubernetesObject): Value {
  const status = peek(object, 'status', 'status');
  return typeof status === 'number' ? (NAMES[status] ?? status) : status;
}

/** Health of an IstioOperator of install.istio.io. */
export const istioOperatorHealth: Check = valueTable(
  statusOf,
  {
    NONE: unknown('Component is not present.'),
    UPDATING: progressing('Component is being updated to a different version.'),
    RECONCILING: progressing('Controller has started but not yet completed reconciliation loop for the component.'),
    HEALTHY: healthy('Component is healthy.'),
    ERROR: degraded('Component is in an error state.'),
  },
  progressing('Waiting for Istio Control Plane'),
);
