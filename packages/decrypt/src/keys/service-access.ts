import type { AccessToken, AwsCredentials, CloudPorts, Send } from '@capstan/cloud';
import { openAwsKms } from './aws-kms.ts';
import { openAzureKeyVault } from './azure-key-vault.ts';
import { openGoogleKms } from './google-kms.ts';
import { unsupportedService, withoutCredentials, type KeyServices } from './key-services.ts';
import { openVault } from './vault.ts';

/** How key services are asked: each by credentials that are looked for when a file needs it; absent where there are none. */
export interface ServiceAccess {
  readonly ports: CloudPorts;
  readonly aws?: (region: string, signal: AbortSignal | undefined) => Promise<AwsCredentials>;
  readonly azure?: (scope: string, signal: AbortSignal | undefined) => Promise<AccessToken>;
  readonly google?: (signal: AbortSignal | undefined) => Promise<AccessToken>;
  /** A token of an identity of the machine that this process is on, where that may be used. */
  readonly machineIdentity?: (clientId: string, scope: string, signal: AbortSignal | undefined) => Promise<AccessToken>;
  /** A token for the Vault at an address. */
  readonly vaultToken?: (address: string, signal: AbortSignal | undefined) => Promise<string>;
  /** Sends to the Vault that content names: it says where that may be. Throws CLOUD_REFUSED. */
  readonly vaultSend: Send;
}

/** All key services that there is access to; others are refused by name. */
export function keyServices({ ports, aws, azure, google, vaultToken, vaultSend }: ServiceAccess): KeyServices {
  return async (key, signal) => {
    switch (key.type) {
      case 'kms':
        if (aws === undefined) throw withoutCredentials(key);
        return openAwsKms(ports, key, aws, signal);
      case 'azure_kv':
        if (azure === undefined) throw withoutCredentials(key);
        return openAzureKeyVault(ports, key, azure, signal);
      case 'gcp_kms':
        if (google === undefined) throw withoutCredentials(key);
        return openGoogleKms(ports, key, google, signal);
      case 'hc_vault':
        if (vaultToken === undefined) throw withoutCredentials(key);
        return openVault(key, await vaultToken(key.address, signal), vaultSend, signal);
      case 'hckms':
        throw unsupportedService(key);
      default:
        return key satisfies never;
    }
  };
}
