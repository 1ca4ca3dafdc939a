import { CloudTokens, type AccessToken } from '@capstan/cloud';
import { CapstanError, isCapstanError } from '@capstan/errors';
import { getPath, isJsonObject, type KubernetesObject } from '@capstan/object';
import { readAgeIdentities } from './keys/age.ts';
import { KeyRing } from './keys/key-ring.ts';
import { readPgpKeys, type PgpKeys } from './keys/pgp.ts';
import {
  readAwsCredentials,
  readAzureCredentials,
  readGoogleCredentials,
  type AzureSecret,
} from './keys/secret-credentials.ts';
import { keyServices, type ServiceAccess } from './keys/service-access.ts';

/** Credentials of a Secret are good for so long before their token is asked for anew; they themselves do not end. */
const TOKEN_MARGIN_MS = 60_000;

/**
 * The keys of a decryption Secret: `*.agekey` for age, `*.asc` for PGP, `sops.vault-token` for Vault and OpenBao,
 * `sops.aws-kms`, `sops.azure-kv` and `sops.gcp-kms` for the clouds; these stand before what `access` has. Without it no
 * service is asked. Throws DECRYPT_KEY_INVALID where there is no such Secret, else with the entry's name, and nothing of
 * what is in it.
 */
export async function importKeys(
  secret: KubernetesObject | undefined,
  about: string,
  access?: ServiceAccess,
): Promise<KeyRing> {
  if (secret === undefined) throw new CapstanError('DECRYPT_KEY_INVALID', `${about} not found`);
  const age: string[] = [];
  const pgp: PgpKeys[number][] = [];
  let own: Partial<ServiceAccess> = {};
  for (const [name, bytes] of entriesOf(secret)) {
    try {
      if (name.endsWith('.agekey')) age.push(...(await readAgeIdentities(bytes.toString('utf8'))));
      else if (name.endsWith('.asc')) pgp.push(...(await readPgpKeys(bytes)));
      else own = { ...own, ...accessOf(name, bytes, access) };
    } catch (error) {
      throw failed(name, about, error);
    }
  }
  return new KeyRing({ age, pgp, ...(access === undefined ? {} : { services: keyServices({ ...access, ...own }) }) });
}

/** The keys of no Secret: what there is access to. */
export function serviceKeys(access: ServiceAccess): KeyRing {
  return new KeyRing({ services: keyServices(access) });
}

/** What an entry of a Secret gives access to. */
function accessOf(name: string, bytes: Buffer, access: ServiceAccess | undefined): Partial<ServiceAccess> {
  switch (name) {
    case 'sops.vault-token': {
      const token = bytes.toString('utf8').trim();
      return { vaultToken: () => Promise.resolve(token) };
    }
    case 'sops.aws-kms': {
      const credentials = readAwsCredentials(bytes);
      return { aws: () => Promise.resolve(credentials) };
    }
    case 'sops.azure-kv':
      return azureOf(readAzureCredentials(bytes), access);
    case 'sops.gcp-kms': {
      const credentials = readGoogleCredentials(bytes);
      if (access === undefined) return {};
      const tokens = new CloudTokens(access.ports);
      return { google: kept(access, () => tokens.googleCredentials(credentials)) };
    }
    default:
      return {};
  }
}

/** An identity of the machine is ours, not the Secret's: it is used where we may use it. */
function azureOf(secret: AzureSecret, access: ServiceAccess | undefined): Partial<ServiceAccess> {
  if (access === undefined) return {};
  const tokens = new CloudTokens(access.ports);
  if (secret.kind === 'application') {
    const byScope = new Map<string, (signal: AbortSignal | undefined) => Promise<AccessToken>>();
    const azure = (scope: string, signal: AbortSignal | undefined): Promise<AccessToken> => {
      const ask = byScope.get(scope) ?? kept(access, () => tokens.azureApplication(secret.application, scope));
      byScope.set(scope, ask);
      return ask(signal);
    };
    return { azure };
  }
  const { machineIdentity } = access;
  return machineIdentity === undefined
    ? { azure: () => Promise.reject(new CapstanError('DECRYPT_NO_KEY', MACHINE_REFUSED)) }
    : { azure: (scope, signal) => machineIdentity(secret.clientId, scope, signal) };
}

const MACHINE_REFUSED =
  'the identity of the machine is not used: start the controllers with --ambient-credentials to allow it';

/** A token that is kept until shortly before it ends, as long as the keys are held. */
function kept(
  { ports }: ServiceAccess,
  ask: () => Promise<AccessToken>,
): (signal: AbortSignal | undefined) => Promise<AccessToken> {
  let token: AccessToken | undefined;
  return async () => {
    if (token === undefined || token.expiresAt - TOKEN_MARGIN_MS < ports.now()) token = await ask();
    return token;
  };
}

/** The age keys alone of a Secret: those that serve every Kustomization that names no Secret of its own. */
export async function importAgeKeys(secret: KubernetesObject, about: string, access?: ServiceAccess): Promise<KeyRing> {
  const age: string[] = [];
  for (const [name, bytes] of entriesOf(secret).filter(([entry]) => entry.endsWith('.agekey'))) {
    try {
      age.push(...(await readAgeIdentities(bytes.toString('utf8'))));
    } catch (error) {
      throw failed(name, about, error);
    }
  }
  return new KeyRing({ age, ...(access === undefined ? {} : { services: keyServices(access) }) });
}

function entriesOf(secret: KubernetesObject): readonly (readonly [string, Buffer])[] {
  const data = getPath(secret, 'data');
  if (!isJsonObject(data)) return [];
  return Object.entries(data).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, Buffer.from(value, 'base64')] as const] : [],
  );
}

function failed(name: string, about: string, error: unknown): unknown {
  if (!isCapstanError(error)) return error;
  return new CapstanError('DECRYPT_KEY_INVALID', `failed to import '${name}' data from ${about}: ${error.message}`);
}
