import { CapstanError } from '@capstan/errors';
import type { PrivateKey } from 'openpgp';
import { invalid } from '../problem.ts';

/** Private keys of OpenPGP. They are secrets: no message holds one. */
export type PgpKeys = readonly PrivateKey[];

const MAX_DATA_KEY_BYTES = 1024;
const MAX_KEYS = 100;
const BEGIN = '-----BEGIN PGP ';
const END = '-----END PGP ';

/**
 * The private keys of a key file, armored or binary; public ones in it are passed over, as they open nothing. Throws
 * DECRYPT_KEY_INVALID.
 */
export async function readPgpKeys(bytes: Uint8Array): Promise<PgpKeys> {
  const { readKeys } = await import('openpgp');
  const blocks = armoredBlocks(Buffer.from(bytes).toString('latin1'));
  try {
    const read =
      blocks.length === 0
        ? [await readKeys({ binaryKeys: bytes })]
        : await Promise.all(blocks.map((armoredKeys) => readKeys({ armoredKeys })));
    const keys = read.flat();
    if (keys.length === 0) throw new Error('no key');
    const own: PrivateKey[] = [];
    for (const key of keys) if (key.isPrivate()) own.push(key);
    return own;
  } catch {
    throw new CapstanError(
      'DECRYPT_KEY_INVALID',
      'failed to import armored key data into the keyring: it holds no OpenPGP key',
    );
  }
}

/** The armored blocks of a file, each from its first line to its last. */
function armoredBlocks(text: string): readonly string[] {
  const blocks: string[] = [];
  for (let from = text.indexOf(BEGIN); from >= 0 && blocks.length < MAX_KEYS;) {
    const last = text.indexOf(END, from);
    if (last < 0) break;
    const end = text.indexOf('-----', last + END.length);
    if (end < 0) break;
    blocks.push(text.slice(from, end + 5));
    from = text.indexOf(BEGIN, end);
  }
  return blocks;
}

/** A data key that was encrypted for one of the keys. Throws DECRYPT_NO_KEY, DECRYPT_INVALID. */
export async function openPgp(armored: string, keys: PgpKeys): Promise<Uint8Array> {
  if (keys.length === 0) throw new CapstanError('DECRYPT_NO_KEY', 'no PGP key is at hand');
  const { decrypt, readMessage } = await import('openpgp');
  let opened: unknown;
  try {
    const config = { maxDecompressedMessageSize: 64 * 1024, allowInsecureDecryptionWithSigningKeys: true };
    const message = await readMessage({ armoredMessage: armored, config });
    const result: { readonly data: unknown } = await decrypt({
      message,
      decryptionKeys: [...keys],
      format: 'binary',
      config,
    });
    opened = result.data;
  } catch {
    throw new CapstanError(
      'DECRYPT_NO_KEY',
      'could not decrypt data key with PGP key: none of the keys at hand opens it',
    );
  }
  if (!(opened instanceof Uint8Array) || opened.length > MAX_DATA_KEY_BYTES)
    throw invalid('what PGP opened is too large for a data key');
  return opened;
}
