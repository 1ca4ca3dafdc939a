import { CapstanError } from '@capstan/errors';
import { askForJson, textIn } from '../ask-service.ts';
import type { CloudPorts } from '../cloud-ports.ts';
import type { AccessToken } from '../identity.ts';

const CLUSTER = /^projects\/[^/?#]{1,200}\/locations\/[^/?#]{1,200}\/clusters\/[^/?#]{1,200}$/;

/** Where a cluster of GKE is, and by whose certificates. Throws CLOUD_IDENTITY_INVALID, CLOUD_REFUSED, CLOUD_UNREACHABLE. */
export async function describeGkeCluster(
  ports: CloudPorts,
  id: string,
  { token }: AccessToken,
  signal?: AbortSignal,
): Promise<{ readonly address: string; readonly ca: string }> {
  if (!CLUSTER.test(id) || id.split('/').some((step) => step === '.' || step === '..'))
    throw new CapstanError('CLOUD_IDENTITY_INVALID', `invalid GKE cluster ID: '${id}'. must match ${CLUSTER.source}`);
  const what = `failed to describe GKE cluster '${id}'`;
  const url = `https://container.googleapis.com/v1/${id.split('/').map(encodeURIComponent).join('/')}`;
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
  const answer = await askForJson(ports, what, { method: 'GET', url, headers }, signal);
  return {
    address: textIn(what, answer, 'endpoint'),
    ca: Buffer.from(textIn(what, answer, 'masterAuth', 'clusterCaCertificate'), 'base64').toString('utf8'),
  };
}
