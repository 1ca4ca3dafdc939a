import { CapstanError, isCapstanError } from '@capstan/errors';
import { getPath, isJsonObject, type KubernetesObject } from '@capstan/object';
import { parse } from '@capstan/yaml';
import { readAgeIdentities } from './keys/age.ts';
import { KeyRing } from './keys/key-ring.ts';
import { noKeyServices, type KeyServices } from './keys/key-services.ts';
import { readPgpKeys, type PgpKeys } from './keys/pgp.ts';
import { vaultServices } from './keys/vault.ts';

/** Credentials of key services in a decryption Secret, by the entry that holds them: YAML or JSON. */
const credentials: Readonly<Record<string, string>> = {
  'sops.aws-kms': 'AWS KMS',
  'sops.azure-kv': 'Azure Key Vault',
  'sops.gcp-kms': 'Google Cloud KMS',
};

/**
 * The keys of a decryption Secret: `*.agekey` for age, `*.asc` for PGP, `sops.vault-token` for Vault and OpenBao.
 * Credentials of other key services are read for their form. Throws DECRYPT_KEY_INVALID where there is no such Secret, else with the entry's name, and nothing of what is in it.
 */
export async function importKeys(secret: KubernetesObject | undefined, about: string): Promise<KeyRing> {
  if (secret === undefined) throw new CapstanError('DECRYPT_KEY_INVALID', `${about} not found`);
  const age: string[] = [];
  const pgp: PgpKeys[number][] = [];
  let services: KeyServices = noKeyServices;
  for (const [name, bytes] of entriesOf(secret)) {
    try {
      if (name.endsWith('.agekey')) age.push(...(await readAgeIdentities(bytes.toString('utf8'))));
      else if (name.endsWith('.asc')) pgp.push(...(await readPgpKeys(bytes)));
      else if (name === 'sops.vault-token') services = vaultServices(bytes.toString('utf8').trim());
      else checkCredentials(name, bytes);
    } catch (error) {
      throw failed(name, about, error);
    }
  }
  return new KeyRing({ age, pgp, services });
}

/** The age keys alone of a Secret: those that serve every Kustomization that names no Secret of its own. */
export async function importAgeKeys(secret: KubernetesObject, about: string): Promise<KeyRing> {
  const age: string[] = [];
  for (const [name, bytes] of entriesOf(secret).filter(([entry]) => entry.endsWith('.agekey'))) {
    try {
      age.push(...(await readAgeIdentities(bytes.toString('utf8'))));
    } catch (error) {
      throw failed(name, about, error);
    }
  }
  return new KeyRing({ age });
}

function entriesOf(secret: KubernetesObject): readonly (readonly [string, Buffer])[] {
  const data = getPath(secret, 'data');
  if (!isJsonObject(data)) return [];
  return Object.entries(data).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, Buffer.from(value, 'base64')] as const] : [],
  );
}

function checkCredentials(name: string, bytes: Buffer): void {
  const known = Object.hasOwn(credentials, name) ? credentials[name] : undefined;
  if (known === undefined) return;
  let value: unknown;
  try {
    value = parse(bytes, { rules: 'v2' });
  } catch {
    value = undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CapstanError('DECRYPT_KEY_INVALID', `they are no credentials of ${known}`);
}

function failed(name: string, about: string, error: unknown): unknown {
  if (!isCapstanError(error)) return error;
  return new CapstanError('DECRYPT_KEY_INVALID', `failed to import '${name}' data from ${about}: ${error.message}`);
}
