import { getKey, isJsonObject, type JsonObject, type JsonValue } from '@capstan/object';
import { invalid } from './problem.ts';
import { Resource, type Place } from './resource.ts';
import { setField, type Mapping } from './value.ts';

/**
 * The service account that kustomize's IAMPolicyGenerator makes: one of Kubernetes bound to one of Google Cloud. Throws
 * RENDER_INVALID for another cloud.
 */
export function generateIamPolicy(config: JsonObject, place: Place): Resource {
  const cloud = textAt(config, 'cloud');
  if (cloud !== 'gke') throw invalid(`cloud provider ${cloud} not supported yet`, { path: place.path });
  const account = textAt(config, 'serviceAccount', 'name');
  const project = textAt(config, 'serviceAccount', 'projectId');
  const namespace = textAt(config, 'kubernetesService', 'namespace');
  const annotations: Mapping = {
    'iam.gke.io/gcp-service-account': `${account}@${project}.iam.gserviceaccount.com`,
  };
  const metadata: Mapping = { annotations, name: textAt(config, 'kubernetesService', 'name') };
  if (namespace !== '') setField(metadata, 'namespace', namespace);
  return new Resource({ apiVersion: 'v1', kind: 'ServiceAccount', metadata }, place);
}

function textAt(config: JsonObject, ...path: readonly string[]): string {
  let at: JsonValue = config;
  for (const key of path) at = isJsonObject(at) ? (getKey(at, key) ?? null) : null;
  if (at === null) return '';
  if (typeof at !== 'string') throw invalid(`the field ${path.join('.')} of an IAMPolicyGenerator must be a text`);
  return at;
}
