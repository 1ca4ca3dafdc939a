import { CapstanError, isCapstanError } from '@capstan/errors';
import { getPath, isJsonObject, type KubernetesObject } from '@capstan/object';
import { parse } from '@capstan/yaml';
import { readAgeIdentities } from './keys/age.ts';
import { KeyRing } from './keys/key-ring.ts';
import { readPgpKeys, type PgpKeys } from './keys/pgp.ts';

/** Credentials in a decryption Secret, by the key that holds them; `kind` tells the key services apart. */
const credentials: Readonly<Record<string, { readonly service: string; readonly isStructured: boolean }>> = {
  'sops.vault-token': { service: 'Vault', isStructured: false },
  'sops.aws-kms': { service: 'AWS KMS', isStructured: true },
  'sops.azure-kv': { service: 'Azure Key Vault', isStructured: true },
  'sops.gcp-kms': { service: 'Google Cloud KMS', isStructured: true },
};

/**
 * The keys of a decryption Secret: `*.agekey` for age, `*.asc` for PGP. Credentials of key services are read for their
 * form. Throws DECRYPT_KEY_INVALID where there is no such Secret, else with the entry's name, and nothing of what is in it.
 */
export async function importKeys(secret: KubernetesObject | undefined, about: string): Promise<KeyRing> {
  if (secret === undefined) throw new CapstanError('DECRYPT_KEY_INVALID', `${about} not found`);
  const age: string[] = [];
  const pgp: PgpKeys[number][] = [];
  for (const [name, bytes] of entriesOf(secret)) {
    try {
      if (name.endsWith('.agekey')) age.push(...(await readAgeIdentities(bytes.toString('utf8'))));
      else if (name.endsWith('.asc')) pgp.push(...(await readPgpKeys(bytes)));
      else checkCredentials(name, bytes);
    } catch (error) {
      throw failed(name, about, error);
    }
  }
  return new KeyRing({ age, pgp });
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
  if (known?.isStructured !== true) return;
  let value: unknown;
  try {
    value = parse(bytes, { rules: 'v2' });
  } catch {
    value = undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CapstanError('DECRYPT_KEY_INVALID', `they are no credentials of ${known.service}`);
}

function failed(name: string, about: string, error: unknown): unknown {
  if (!isCapstanError(error)) return error;
  return new CapstanError('DECRYPT_KEY_INVALID', `failed to import '${name}' data from ${about}: ${error.message}`);
}
