import { createMessage, encrypt, generateKey } from 'openpgp';

/** Somebody with a PGP key for whom tests encrypt. */
export interface PgpRecipient {
  readonly fingerprint: string;
  /** Armored. */
  readonly privateKey: string;
  /** Armored. */
  encrypt(bytes: Uint8Array): Promise<string>;
}

/** Makes a recipient with a key of its own. */
export async function createPgpRecipient(name: string): Promise<PgpRecipient> {
  const { privateKey, publicKey } = await generateKey({
    userIDs: [{ name, email: `${name.toLowerCase()}@capstan.example` }],
    format: 'object',
  });
  return {
    fingerprint: publicKey.getFingerprint().toUpperCase(),
    privateKey: privateKey.armor(),
    encrypt: async (bytes) => {
      const sealed: unknown = await encrypt({
        message: await createMessage({ binary: bytes }),
        encryptionKeys: publicKey,
      });
      if (typeof sealed !== 'string') throw new Error('an armored message is a text');
      return sealed.replaceAll('\r\n', '\n');
    },
  };
}
