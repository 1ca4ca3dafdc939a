import type { GroupChecks } from '../verdict.ts';
import { solrCloudHealth } from './solr-cloud.ts';

/** The health checks of solr.apache.org. */
export const solrApacheOrgChecks: GroupChecks = {
  group: 'solr.apache.org',
  kinds: {
    SolrCloud: solrCloudHealth,
  },
};
