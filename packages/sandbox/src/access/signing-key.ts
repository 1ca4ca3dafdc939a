import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '../durable-file.ts';

/** The key by which service-account tokens are signed. */
export interface SigningKey {
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** The signing key of a state folder, made when absent. */
export async function signingKeyOf(stateDir: string): Promise<SigningKey> {
  const path = join(stateDir, 'service-account.key');
  if (existsSync(path)) return signingKey(createPrivateKey(readFileSync(path, 'utf8')));
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeDurably(path, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  return signingKey(privateKey);
}

function signingKey(privateKey: KeyObject): SigningKey {
  const publicKey = createPublicKey(privateKey);
  const id = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url');
  return { id, privateKey, publicKey };
}
