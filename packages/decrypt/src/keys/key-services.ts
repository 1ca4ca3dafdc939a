import { CapstanError } from '@capstan/errors';
import type { MasterKey } from '../metadata.ts';

/** A master key that only a service can use. */
export type ServiceKey = Exclude<MasterKey, { readonly type: 'age' | 'pgp' }>;

/** What opens data keys by a key service: one interface for all of them. Throws DECRYPT_*. */
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
  const name = key.type === 'hc_vault' ? `${key.address}/${key.enginePath}/${key.keyName}` : key.name;
  return `${names[key.type]} ${name}`;
}

/** Refuses every service by name. */
export const noKeyServices: KeyServices = (key) =>
  Promise.reject(
    new CapstanError(
      'DECRYPT_UNSUPPORTED',
      `${serviceKeyName(key)}: Capstan does not decrypt with ${names[key.type]} yet`,
      {
        data: { service: key.type },
      },
    ),
  );
