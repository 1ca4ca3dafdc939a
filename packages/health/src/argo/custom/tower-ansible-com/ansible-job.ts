import type { HealthCode } from '../../../health-status.ts';
import { valueTable, type Outcome } from '../value-table.ts';
import { get, text } from '../value.ts';
import { judged, progressing, type Check } from '../verdict.ts';

const job =
  (code: HealthCode): Outcome =>
  (state, object) =>
    judged(code, text`${state} job - ${get(object, 'status', 'ansibleJobResult', 'url')}`);
const [ended, failed, underWay] = [job('Healthy'), job('Degraded'), job('Progressing')];

/** Health of an AnsibleJob of tower.ansible.com. */
export const ansibleJobHealth: Check = valueTable(
  ['status', 'ansibleJobResult', 'status'],
  {
    successful: ended,
    failed,
    error: failed,
    canceled: failed,
    new: underWay,
    pending: underWay,
    waiting: underWay,
    running: underWay,
  },
  progressing('Waiting for AnsibleJob'),
);
