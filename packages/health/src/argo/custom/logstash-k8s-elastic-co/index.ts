import type { GroupChecks } from '../verdict.ts';
import { logstashHealth } from './logstash.ts';

/** The health checks of logstash.k8s.elastic.co. */
export const logstashK8sElasticCoChecks: GroupChecks = {
  group: 'logstash.k8s.elastic.co',
  kinds: {
    Logstash: logstashHealth,
  },
};
