import { createMessage, generateKey, sign, type PrivateKey } from 'openpgp';
import type { GitRepository } from './git-repository.ts';

/** Somebody with a PGP key who signs commits and tags in tests. */
export interface Signer {
  /** Sixteen capital hexadecimal digits. */
  readonly keyId: string;
  readonly fingerprint: string;
  /** Armored. */
  readonly publicKey: string;
  /**
   * Makes a signed commit of one that is not, and points a ref at it. `forge` changes what is signed, so that the signature
   * does not fit. Returns the new hash.
   */
  signCommit(
    repository: GitRepository,
    commit: string,
    ref: string,
    forge?: (payload: string) => string,
  ): Promise<string>;
  /** Makes a signed annotated tag. */
  signTag(repository: GitRepository, name: string, commit: string): Promise<void>;
}

/** Keys are as old as the first commits of tests. */
const CREATED = new Date('2025-12-31T00:00:00Z');
const SIGNED = new Date('2026-01-01T00:00:00Z');

/** Makes a signer with a key of its own. */
export async function createSigner(name: string): Promise<Signer> {
  const { privateKey, publicKey } = await generateKey({
    userIDs: [{ name, email: `${name.toLowerCase()}@capstan.example` }],
    subkeys: [],
    date: CREATED,
    format: 'object',
  });
  const fingerprint = publicKey.getFingerprint().toUpperCase();
  return {
    keyId: fingerprint.slice(-16),
    fingerprint,
    publicKey: publicKey.armor(),
    signCommit: async (repository, commit, ref, forge = (payload) => payload) => {
      const payload = `${await repository.git('cat-file', 'commit', commit)}\n`;
      const signature = await signatureOf(privateKey, forge(payload));
      const end = payload.indexOf('\n\n') + 1;
      const header = `gpgsig ${signature.trimEnd().replaceAll('\n', '\n ')}\n`;
      const hash = await repository.writeObject('commit', payload.slice(0, end) + header + payload.slice(end));
      await repository.setRef(ref, hash);
      return hash;
    },
    signTag: async (repository, tag, commit) => {
      const tagger = 'Test <test@capstan.example> 1767225600 +0000';
      const payload = `object ${commit}\ntype commit\ntag ${tag}\ntagger ${tagger}\n\n${tag}\n`;
      const hash = await repository.writeObject('tag', payload + (await signatureOf(privateKey, payload)));
      await repository.setRef(`refs/tags/${tag}`, hash);
    },
  };
}

async function signatureOf(key: PrivateKey, payload: string): Promise<string> {
  const message = await createMessage({ binary: new TextEncoder().encode(payload) });
  const signature: unknown = await sign({ message, signingKeys: key, detached: true, date: SIGNED });
  if (typeof signature !== 'string') throw new Error('a signature is a text');
  return signature.replaceAll('\r\n', '\n');
}
