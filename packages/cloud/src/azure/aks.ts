import { CapstanError } from '@capstan/errors';
import { getPath, isJsonObject, type JsonValue } from '@capstan/object';
import { parse } from '@capstan/yaml';
import { askForJson } from '../ask-service.ts';
import type { CloudPorts } from '../cloud-ports.ts';
import { clusterAddress } from '../cluster-address.ts';
import type { AccessToken } from '../identity.ts';
import { resourceManager } from './azure-cloud.ts';

const CLUSTER =
  /^\/subscriptions\/[^/?#]{36}\/resourceGroups\/[^/?#]{1,200}\/providers\/Microsoft\.ContainerService\/managedClusters\/[^/?#]{1,200}$/i;
const API_VERSION = 'api-version=2024-09-01';

interface Found {
  readonly address: string;
  readonly ca: string;
}

/**
 * Where a cluster of AKS is, and by whose certificates: the first address of it, or the one that is wanted. Throws
 * CLOUD_IDENTITY_INVALID, CLOUD_REFUSED, CLOUD_UNREACHABLE.
 */
export async function describeAksCluster(
  ports: CloudPorts,
  id: string,
  wanted: string,
  { token }: AccessToken,
  signal?: AbortSignal,
): Promise<Found> {
  if (!CLUSTER.test(id) || id.split('/').some((step) => step === '.' || step === '..'))
    throw new CapstanError('CLOUD_IDENTITY_INVALID', `invalid AKS cluster ID: '${id}'. must match ${CLUSTER.source}`);
  const { endpoint } = await resourceManager(ports);
  const base = `${endpoint}${id.split('/').map(encodeURIComponent).join('/')}`;
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
  const what = 'failed to describe AKS cluster';
  const cluster = await askForJson(ports, what, { method: 'GET', url: `${base}?${API_VERSION}`, headers }, signal);
  if (!isJsonObject(getPath(cluster, 'properties', 'aadProfile')))
    throw new CapstanError(
      'CLOUD_REFUSED',
      `AKS cluster ${id} does not have Microsoft Entra ID integration enabled. See docs for enabling: https://learn.microsoft.com/en-us/azure/aks/enable-authentication-microsoft-entra-id`,
    );
  const url = `${base}/listClusterUserCredential?${API_VERSION}`;
  const list = await askForJson(ports, what, { method: 'POST', url, headers, body: '' }, signal);
  const found = kubeconfigsIn(list);
  const canonical = wanted === '' ? undefined : clusterAddress(wanted);
  const chosen = found.find(({ address }) => canonical === undefined || clusterAddress(address) === canonical);
  if (chosen !== undefined) return chosen;
  const known = found.map(({ address }) => `'${address}'`).join(', ');
  throw new CapstanError(
    'CLOUD_REFUSED',
    canonical === undefined
      ? `no kubeconfig found for AKS cluster ${id}`
      : `no kubeconfig found for AKS cluster ${id} matching the specified address '${wanted}'. cluster addresses: [${known}]`,
  );
}

function kubeconfigsIn(answer: JsonValue): readonly Found[] {
  const list = getPath(answer, 'kubeconfigs');
  const entries = Array.isArray(list) ? (list as readonly JsonValue[]) : [];
  return entries.flatMap((entry) => {
    const value = getPath(entry, 'value');
    return typeof value === 'string' ? clustersOf(Buffer.from(value, 'base64')) : [];
  });
}

/** The cluster of a kubeconfig; its user would run a program, and is not needed. */
function clustersOf(kubeconfig: Buffer): readonly Found[] {
  const config = parse(kubeconfig, { rules: 'v2' });
  const address = getPath(config, 'clusters', 0, 'cluster', 'server');
  const ca = getPath(config, 'clusters', 0, 'cluster', 'certificate-authority-data');
  if (typeof address !== 'string') return [];
  return [{ address, ca: typeof ca === 'string' ? Buffer.from(ca, 'base64').toString('utf8') : '' }];
}
