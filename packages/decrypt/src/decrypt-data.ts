import { CapstanError, isCapstanError } from '@capstan/errors';
import { decryptValue } from './cipher.ts';
import { decryptTree } from './decrypt-tree.ts';
import type { Format } from './formats/format.ts';
import { stores } from './formats/index.ts';
import type { KeyRing } from './keys/key-ring.ts';
import { extractMetadata, type Metadata } from './metadata.ts';
import { beyond, invalid, MAX_ENCRYPTED_BYTES, MAX_YAML_BYTES } from './problem.ts';
import type { Branch } from './sops-tree.ts';

/** How a file is decrypted. */
export interface DecryptOptions {
  readonly keys: KeyRing;
  /**
   * Whether the MAC over the whole document is checked. Flux does not: labels and the like are put into most objects
   * before they are decrypted. Each value is authenticated with its place all the same.
   */
  readonly checkMac?: boolean;
  readonly signal?: AbortSignal;
}

const formatNames: Readonly<Record<Format, string>> = {
  binary: 'binary',
  dotenv: 'dotenv',
  ini: 'INI',
  json: 'JSON',
  yaml: 'YAML',
};

/** Decrypts a file that SOPS encrypted, and prints it in another format or its own. Throws DECRYPT_*. */
export async function decryptData(
  bytes: Uint8Array,
  format: Format,
  output: Format,
  options: DecryptOptions,
): Promise<Uint8Array> {
  const most = format === 'yaml' ? MAX_YAML_BYTES : MAX_ENCRYPTED_BYTES;
  if (bytes.length > most)
    throw beyond(`cannot decrypt file with size (${bytes.length} bytes) exceeding limit (${most})`);
  const branches = during(`failed to load encrypted ${formatNames[format]} data`, () =>
    stores[format].load(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)),
  );
  const plain = await decryptBranches(branches, format, options);
  const text = during(`failed to emit encrypted ${formatNames[format]} file as decrypted ${formatNames[output]}`, () =>
    stores[output].emit(plain),
  );
  return new TextEncoder().encode(text);
}

/** Decrypts documents that have been read already. Throws DECRYPT_*. */
export async function decryptBranches(
  branches: readonly Branch[],
  format: Format,
  { keys, checkMac = false, signal }: DecryptOptions,
): Promise<readonly Branch[]> {
  const { branches: content, metadata } = during(`failed to load encrypted ${formatNames[format]} data`, () =>
    extractMetadata(branches, stores[format].metadata),
  );
  let key: Uint8Array;
  try {
    key = await keys.dataKey(metadata, signal);
  } catch (error) {
    throw saying('cannot get sops data key', error);
  }
  const { branches: plain, mac } = during('error decrypting sops tree', () =>
    decryptTree(content, metadata.rules, key),
  );
  if (checkMac) verify(metadata, mac, key);
  return plain;
}

function verify({ mac, lastModified }: Metadata, found: string, key: Uint8Array): void {
  const wanted = during('failed to verify sops data integrity', () => decryptValue(mac, key, lastModified));
  if (wanted !== found)
    throw invalid(
      `failed to verify sops data integrity: the file has been changed since it was encrypted (MAC mismatch)`,
    );
}

function during<Value>(what: string, run: () => Value): Value {
  try {
    return run();
  } catch (error) {
    throw saying(what, error);
  }
}

function saying(what: string, error: unknown): unknown {
  return isCapstanError(error)
    ? new CapstanError(error.code, `${what}: ${error.message}`, { data: error.data })
    : error;
}
