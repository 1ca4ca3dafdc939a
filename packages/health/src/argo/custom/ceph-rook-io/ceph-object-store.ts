import { valueTable } from '../value-table.ts';
import { peek, text } from '../value.ts';
import { degraded, healthy, judged, progressing, type Check } from '../verdict.ts';

const byPhase = valueTable(
  ['status', 'phase'],
  {
    Ready: healthy('Ceph object store phase is Ready'),
    Failure: degraded('Ceph object store phase is Failure'),
  },
  progressing('Waiting for status to be reported'),
  (phase) => progressing(text`Ceph object store phase is ${phase}`),
);

/** Health of a CephObjectStore of ceph.rook.io. */
export const cephObjectStoreHealth: Check = (object) => {
  const { status, message } = byPhase(object);
  const endpoint = peek(object, 'status', 'info', 'endpoint');
  const hasEndpoint = endpoint !== undefined && endpoint !== '';
  return judged(status, hasEndpoint ? text`${message} - endpoint: ${endpoint}` : message);
};
