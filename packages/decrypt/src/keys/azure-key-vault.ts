import { askForJson, textIn, type CloudPorts } from '@capstan/cloud';
import { notOpened, serviceKeyName, type ServiceKey } from './key-services.ts';
import type { ServiceAccess } from './service-access.ts';

type AzureKey = Extract<ServiceKey, { readonly type: 'azure_kv' }>;

/** The domains of Azure's key vaults and managed HSMs; a token is for one of them, and shown to no other host. */
const domains: readonly string[] = [
  'vault.azure.net',
  'managedhsm.azure.net',
  'vault.azure.cn',
  'managedhsm.azure.cn',
  'vault.usgovcloudapi.net',
  'managedhsm.usgovcloudapi.net',
  'vault.microsoftazure.de',
];
const API_VERSION = '7.4';
const NAME = /^[0-9A-Za-z-]{1,127}$/;

/** A data key that Azure Key Vault encrypted. Throws DECRYPT_NO_KEY, CLOUD_*. */
export async function openAzureKeyVault(
  ports: CloudPorts,
  key: AzureKey,
  tokenFor: NonNullable<ServiceAccess['azure']>,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const { origin, domain } = vaultOf(key);
  if (!NAME.test(key.name) || (key.version !== '' && !NAME.test(key.version)))
    throw notOpened(key, 'its name or version is none of a key');
  const { token } = await tokenFor(`https://${domain}/.default`, signal);
  const path = ['keys', key.name, key.version, 'decrypt'].filter((step) => step !== '').join('/');
  const request = {
    method: 'POST',
    url: `${origin}/${path}?api-version=${API_VERSION}`,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ alg: 'RSA-OAEP-256', value: key.enc }),
  } as const;
  const what = serviceKeyName(key);
  return Buffer.from(textIn(what, await askForJson(ports, what, request, signal), 'value'), 'base64url');
}

function vaultOf(key: AzureKey): { readonly origin: string; readonly domain: string } {
  const url = URL.canParse(key.vaultUrl) ? new URL(key.vaultUrl) : undefined;
  const domain = domains.find((one) => url?.hostname.endsWith(`.${one}`) === true);
  const isPlain = url?.protocol === 'https:' && url.port === '' && url.username === '' && url.password === '';
  if (url !== undefined && domain !== undefined && isPlain) return { origin: url.origin, domain };
  throw notOpened(key, 'its address is none of Azure’s key vaults');
}
