import { get, isTrue, list, peek } from '../value.ts';
import { healthy, progressing, type Check } from '../verdict.ts';

/** Health of a SolrCloud: every node ready. */
export const solrCloudHealth: Check = (object) => {
  const nodes = peek(object, 'status', 'solrNodes');
  if (nodes === undefined) return progressing('Waiting for solr to exist');
  const isShort = list(nodes).some((node) => !isTrue(get(node, 'ready')));
  return isShort ? progressing('Not all replicas are ready') : healthy('Solr is ready');
};
