import { invalid } from './problem.ts';
import { Resource, type Place } from './resource.ts';
import type { Fields, ReadFields } from './shape.ts';
import { setField, type Mapping } from './value.ts';

/** Fields of an IAMPolicyGenerator. */
export const iamPolicyFields = {
  cloud: 'string',
  kubernetesService: { fields: { name: 'string', namespace: 'string' } },
  serviceAccount: { fields: { name: 'string', projectId: 'string' } },
} as const satisfies Fields;

/**
 * The service account that kustomize's IAMPolicyGenerator makes: one of Kubernetes bound to one of Google Cloud. Throws
 * RENDER_INVALID for another cloud.
 */
export function generateIamPolicy(config: ReadFields<typeof iamPolicyFields>, place: Place): Resource {
  const { cloud = '', kubernetesService = {}, serviceAccount = {} } = config;
  if (cloud !== 'gke') throw invalid(`cloud provider ${cloud} not supported yet`, { path: place.path });
  const { name: account = '', projectId = '' } = serviceAccount;
  const { name = '', namespace = '' } = kubernetesService;
  const annotations: Mapping = { 'iam.gke.io/gcp-service-account': `${account}@${projectId}.iam.gserviceaccount.com` };
  const metadata: Mapping = { annotations, name };
  if (namespace !== '') setField(metadata, 'namespace', namespace);
  return new Resource({ apiVersion: 'v1', kind: 'ServiceAccount', metadata }, place);
}
