import { askForJson, assumeRole, awsEndpoint, signAwsRequest, textIn } from '@capstan/cloud';
import type { CloudPorts } from '@capstan/cloud';
import { notOpened, serviceKeyName, type ServiceKey } from './key-services.ts';
import type { ServiceAccess } from './service-access.ts';

type AwsKey = Extract<ServiceKey, { readonly type: 'kms' }>;

const ARN = /^arn:aws[\w-]*:kms:([^:]+):[0-9]+:(?:key|alias)\/.+$/;
const ROLE = /^arn:aws[\w-]*:iam::[0-9]{1,30}:role\/.{1,200}$/;

/** A data key that AWS KMS encrypted. Throws DECRYPT_NO_KEY, CLOUD_*. */
export async function openAwsKms(
  ports: CloudPorts,
  key: AwsKey,
  credentialsFor: NonNullable<ServiceAccess['aws']>,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const region = ARN.exec(key.arn)?.[1];
  if (region === undefined) throw notOpened(key, 'no valid ARN');
  if (key.role !== '' && !ROLE.test(key.role)) throw notOpened(key, 'its role is no ARN of a role');
  const url = `${awsEndpoint(ports, 'kms', region)}/`;
  const own = await credentialsFor(region, signal);
  const role = { region, roleArn: key.role, sessionName: 'sops@capstan' };
  const credentials = key.role === '' ? own : await assumeRole(ports, role, own, signal);
  const request = {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'TrentService.Decrypt' },
    body: JSON.stringify({ KeyId: key.arn, CiphertextBlob: key.enc, EncryptionContext: key.context }),
  } as const;
  const signed = await signAwsRequest(ports, request, { service: 'kms', region, credentials });
  const what = serviceKeyName(key);
  return Buffer.from(textIn(what, await askForJson(ports, what, signed, signal), 'Plaintext'), 'base64');
}
