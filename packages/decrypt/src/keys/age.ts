import { CapstanError } from '@capstan/errors';
import { invalid } from '../problem.ts';

/** Identities of age: X25519 and its hybrid with ML-KEM. They are secrets: no message holds one. */
export type AgeIdentities = readonly string[];

/** Largest data key; anything else in its place is no data key. */
const MAX_DATA_KEY_BYTES = 1024;

/** The identities of a key file: one a line, `#` begins a comment. Throws DECRYPT_KEY_INVALID with the line's number. */
export async function readAgeIdentities(text: string): Promise<AgeIdentities> {
  const { Decrypter } = await import('age-encryption');
  return text.split('\n').flatMap((raw, index) => {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (line === '' || line.startsWith('#')) return [];
    try {
      new Decrypter().addIdentity(line);
    } catch {
      const what = line.startsWith('AGE-PLUGIN-') ? 'names a plugin, which is not run' : 'is no age identity';
      throw new CapstanError(
        'DECRYPT_KEY_INVALID',
        `failed to parse and add to age identities: line ${index + 1} ${what}`,
      );
    }
    return [line];
  });
}

/** A data key that was encrypted for one of the identities. Throws DECRYPT_NO_KEY, DECRYPT_INVALID. */
export async function openAge(armored: string, identities: AgeIdentities): Promise<Uint8Array> {
  if (identities.length === 0) throw new CapstanError('DECRYPT_NO_KEY', 'no age identity is at hand');
  const { armor, Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  let opened: Uint8Array;
  try {
    opened = await decrypter.decrypt(armor.decode(armored));
  } catch (error) {
    const isForOthers =
      error instanceof Error && /no identity matched|didn't match|incorrect identity/i.test(error.message);
    throw new CapstanError(
      'DECRYPT_NO_KEY',
      `failed to create reader for decrypting sops data key with age: ${isForOthers ? 'no identity matched any of the recipients' : 'it is malformed, or not for the identities at hand'}`,
    );
  }
  if (opened.length > MAX_DATA_KEY_BYTES) throw invalid('what age opened is too large for a data key');
  return opened;
}
