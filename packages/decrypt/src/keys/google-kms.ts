import { askForJson, textIn, type CloudPorts } from '@capstan/cloud';
import { notOpened, serviceKeyName, type ServiceKey } from './key-services.ts';
import type { ServiceAccess } from './service-access.ts';

type GoogleKey = Extract<ServiceKey, { readonly type: 'gcp_kms' | 'hckms' }>;

const RESOURCE = /^projects\/[\w.:-]+\/locations\/[\w.-]+\/keyRings\/[\w.-]+\/cryptoKeys\/[\w.-]+$/;

/** A data key that Google Cloud KMS encrypted. Throws DECRYPT_NO_KEY, CLOUD_*. */
export async function openGoogleKms(
  ports: CloudPorts,
  key: GoogleKey,
  tokenFor: NonNullable<ServiceAccess['google']>,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  if (!RESOURCE.test(key.name) || key.name.split('/').some((step) => step === '.' || step === '..'))
    throw notOpened(key, 'no valid resource ID');
  const { token } = await tokenFor(signal);
  const request = {
    method: 'POST',
    url: `https://cloudkms.googleapis.com/v1/${key.name}:decrypt`,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ ciphertext: key.enc }),
  } as const;
  const what = serviceKeyName(key);
  return Buffer.from(textIn(what, await askForJson(ports, what, request, signal), 'plaintext'), 'base64');
}
