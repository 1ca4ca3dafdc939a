export { parseAuthorizedKeys } from './authorized-keys.ts';
export {
  checkPgpSignature,
  readPgpKeyring,
  verifyPgpSignature,
  type PgpKeyring,
  type PgpStatus,
  type PgpVerification,
} from './pgp.ts';
export { signatureType, type SignatureType } from './signature-type.ts';
export type { SshPublicKey } from './ssh-key.ts';
export { verifySshSignature } from './ssh.ts';
export { readSignedCommit, readSignedTag, tagTarget, type SignedObject } from './signed-object.ts';
