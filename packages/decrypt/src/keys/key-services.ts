import { CapstanError } from '@capstan/errors';
import type { MasterKey } from '../metadata.ts';

/** A master key that only a service can use. */
export type ServiceKey = Exclude<MasterKey, { readonly type: 'age' | 'pgp' }>;

/** What opens data keys by a key service: one interface for all of them. Throws DECRYPT_*, CLOUD_*. */
export type KeyServices = (key: ServiceKey, signal: AbortSignal | undefined) => Promise<Uint8Array>;

const names: Readonly<Record<ServiceKey['type'], string>> = {
  kms: 'AWS KMS',
  gcp_kms: 'Google Cloud KMS',
  azure_kv: 'Azure Key Vault',
  hc_vault: 'Vault or OpenBao',
  hckms: 'Huawei Cloud KMS',
};

/** A key as errors name it. */
export function serviceKeyName(key: ServiceKey): string {
  return `${names[key.type]} ${ownName(key)}`;
}

function ownName(key: ServiceKey): string {
  switch (key.type) {
    case 'hc_vault':
      return `${key.address}/${key.enginePath}/${key.keyName}`;
    case 'kms':
      return key.arn;
    case 'azure_kv':
      return [key.vaultUrl, key.name, key.version].filter((part) => part !== '').join('/');
    case 'gcp_kms':
    case 'hckms':
      return key.name;
    default:
      return key satisfies never;
  }
}

/** A service that there is nothing to ask with. */
export function withoutCredentials(key: ServiceKey): CapstanError<'DECRYPT_NO_KEY'> {
  return new CapstanError('DECRYPT_NO_KEY', `${names[key.type]}: there are no credentials for it`);
}

/** A service that is not asked at all. */
export function unsupportedService(key: ServiceKey): CapstanError<'DECRYPT_UNSUPPORTED'> {
  const message = `${serviceKeyName(key)}: Capstan does not decrypt with ${names[key.type]} yet`;
  return new CapstanError('DECRYPT_UNSUPPORTED', message, { data: { service: key.type } });
}

/** A data key that a service could not be had to open. */
export function notOpened(key: ServiceKey, why: string): CapstanError<'DECRYPT_NO_KEY'> {
  return new CapstanError('DECRYPT_NO_KEY', `${serviceKeyName(key)}: ${why}`);
}

/** Asks no service. */
export const noKeyServices: KeyServices = (key) =>
  Promise.reject(key.type === 'hckms' ? unsupportedService(key) : withoutCredentials(key));
