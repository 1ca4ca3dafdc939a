import { constants, createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { CapstanError } from '@capstan/errors';

/** How an assertion is signed. */
export interface AssertionKey {
  readonly algorithm: 'RS256' | 'PS256';
  readonly key: KeyObject;
  readonly header: Readonly<Record<string, string>>;
}

/** A private RSA key in PEM. Throws CLOUD_IDENTITY_INVALID, with nothing of it. */
export function rsaKey(pem: string, passphrase = ''): KeyObject {
  try {
    const key = createPrivateKey(passphrase === '' ? pem : { key: pem, passphrase });
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {
    // What it holds is told to nobody.
  }
  throw new CapstanError('CLOUD_IDENTITY_INVALID', 'the private key is no RSA key in PEM, or has another passphrase');
}

/** A JSON web token that proves who we are, for a token endpoint. */
export function signedAssertion({ algorithm, key, header }: AssertionKey, claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ ...header, alg: algorithm, typ: 'JWT' })}.${part(claims)}`;
  const padding =
    algorithm === 'RS256'
      ? { padding: constants.RSA_PKCS1_PADDING }
      : { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  const signature = sign('sha256', Buffer.from(signed), { key, ...padding });
  return `${signed}.${signature.toString('base64url')}`;
}
