import { valueTable } from '../value-table.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

/** Health of a Logstash of logstash.k8s.elastic.co. */
export const logstashHealth: Check = valueTable(
  ['status', 'health'],
  {
    green: healthy('Logstash status is Green'),
    yellow: progressing('Logstash status is Yellow'),
    red: degraded('Logstash status is Red'),
  },
  progressing('Waiting for Logstash'),
);
