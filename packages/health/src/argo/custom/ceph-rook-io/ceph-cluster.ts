import { compareUtf8 } from '@capstan/object';
import type { HealthCode } from '../../../health-status.ts';
import { entries, get, join, text, type Value } from '../value.ts';
import { judged, progressing, withStatus, type Check } from '../verdict.ts';

const codes: Readonly<Record<string, HealthCode>> = {
  HEALTH_OK: 'Healthy',
  HEALTH_WARN: 'Degraded',
  HEALTH_ERR: 'Degraded',
};
const states: Readonly<Record<string, HealthCode>> = { Created: 'Healthy', Connected: 'Healthy', Error: 'Degraded' };

/** What Ceph tells of each trouble, in order of the troubles' names. */
function detailsOf(ceph: Value): string {
  const details = get(ceph, 'details');
  if (details === undefined) return '';
  const sorted = [...entries(details)].sort(([left], [right]) => compareUtf8(left, right));
  const messages = sorted.map(([, detail]) => get(detail, 'message')).filter((one) => one !== undefined);
  return messages.length === 0 ? '' : ` (${join(messages, '; ')})`;
}

function codeOf(table: Readonly<Record<string, HealthCode>>, value: Value): HealthCode {
  return (typeof value === 'string' && Object.hasOwn(table, value) ? table[value] : undefined) ?? 'Progressing';
}

/** Health of a Rook CephCluster: what Ceph itself tells, then the state that the operator tells. */
export const cephClusterHealth: Check = withStatus(progressing('Waiting for status to be reported'), (object) => {
  const status = get(object, 'status');
  const ceph = get(status, 'ceph');
  const told = ceph === undefined ? undefined : get(ceph, 'health');
  let code: HealthCode = 'Progressing';
  const parts: Value[] = [];
  if (told !== undefined) {
    parts.push(text`Ceph health is ${told}${detailsOf(ceph)}`);
    code = codeOf(codes, told);
  }
  const state = get(status, 'state');
  if (state !== undefined && code === 'Healthy') {
    parts.push(text`Ceph cluster state is ${state}`);
    code = codeOf(states, state);
  }
  const message = get(status, 'message');
  if (message !== undefined && message !== '') parts.push(message);
  return judged(code, parts.length === 1 ? parts[0] : join(parts, ' - '));
});
