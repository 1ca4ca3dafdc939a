import type { GroupChecks } from '../verdict.ts';
import { elasticsearchHealth } from './elasticsearch.ts';

/** The health checks of elasticsearch.k8s.elastic.co. */
export const elasticsearchK8sElasticCoChecks: GroupChecks = {
  group: 'elasticsearch.k8s.elastic.co',
  kinds: {
    Elasticsearch: elasticsearchHealth,
  },
};
