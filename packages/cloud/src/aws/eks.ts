import { CapstanError } from '@capstan/errors';
import { askForJson, textIn } from '../ask-service.ts';
import type { CloudPorts } from '../cloud-ports.ts';
import type { AccessToken } from '../identity.ts';
import type { AwsCredentials } from './aws-credentials.ts';
import { awsEndpoint } from './aws-endpoint.ts';
import { presignAwsUrl, signAwsRequest } from './sign-request.ts';

const CLUSTER = /^arn:aws[\w-]*:eks:([^:]{1,100}):[0-9]{1,30}:cluster\/([^/]{1,200})$/;
/** EKS takes a token for so long. */
const TOKEN_SECONDS = 900;

/** A cluster of EKS by its ARN. Throws CLOUD_IDENTITY_INVALID. */
export function parseEksCluster(arn: string): { readonly region: string; readonly name: string } {
  const [, region, name] = CLUSTER.exec(arn) ?? [];
  if (region !== undefined && name !== undefined) return { region, name };
  throw new CapstanError('CLOUD_IDENTITY_INVALID', `invalid EKS cluster ARN: '${arn}'. must match ${CLUSTER.source}`);
}

/** Where a cluster is, and by whose certificates. Throws CLOUD_REFUSED, CLOUD_UNREACHABLE. */
export async function describeEksCluster(
  ports: CloudPorts,
  arn: string,
  credentials: AwsCredentials,
  signal?: AbortSignal,
): Promise<{ readonly address: string; readonly ca: string }> {
  const { region, name } = parseEksCluster(arn);
  const what = `failed to describe EKS cluster '${arn}'`;
  const url = `${awsEndpoint(ports, 'eks', region)}/clusters/${encodeURIComponent(name)}`;
  const request = { method: 'GET', url, headers: { accept: 'application/json' } } as const;
  const signed = await signAwsRequest(ports, request, { service: 'eks', region, credentials });
  const answer = await askForJson(ports, what, signed, signal);
  return {
    address: textIn(what, answer, 'cluster', 'endpoint'),
    ca: Buffer.from(textIn(what, answer, 'cluster', 'certificateAuthority', 'data'), 'base64').toString('utf8'),
  };
}

/** A token for a cluster: a presigned question of who asks, which the cluster puts to STS. */
export async function eksToken(ports: CloudPorts, arn: string, credentials: AwsCredentials): Promise<AccessToken> {
  const { region, name } = parseEksCluster(arn);
  const url = `${awsEndpoint(ports, 'sts', region)}/?Action=GetCallerIdentity&Version=2011-06-15`;
  const headers = { 'x-k8s-aws-id': name };
  const expiresAt = Math.min(ports.now() + TOKEN_SECONDS * 1000, credentials.expiresAt);
  const signing = { service: 'sts', region, credentials };
  const signed = await presignAwsUrl(ports, { url, headers, seconds: TOKEN_SECONDS }, signing);
  return { token: `k8s-aws-v1.${Buffer.from(signed).toString('base64url')}`, expiresAt };
}
