import { CapstanError } from '@capstan/errors';
import type { Config, Key, SignaturePacket, Subkey } from 'openpgp';
import { unarmor } from './armor.ts';
import { signatureType } from './signature-type.ts';

/** Public keys that signatures are checked with. */
export interface PgpKeyring {
  readonly keys: readonly Key[];
}

/** How a signature stands, in the kinds that gpg tells apart. */
export type PgpStatus =
  | 'good'
  | 'bad'
  | 'expired-signature'
  | 'expired-key'
  | 'revoked-key'
  /** The key is not in the keyring, or is of a kind that cannot be checked. */
  | 'missing-key'
  | 'unsigned';

/** What has been found out about a signature. */
export interface PgpVerification {
  readonly status: PgpStatus;
  /** The key or subkey that made it, as sixteen capital hexadecimal digits; empty where nothing is signed. */
  readonly keyId: string;
  /** The primary key that it belongs to, likewise; empty where it is not in the keyring. */
  readonly primaryKeyId: string;
}

/** Bytes of one armored keyring, at most. */
const MAX_KEYRING_BYTES = 4 * 1024 * 1024;
/** Keys made of DSA, small curves and old RSA are taken, as gpg takes them; messages digested with SHA-1 or MD5 are not. */
const taken = {
  minRSABits: 1024,
  rejectPublicKeyAlgorithms: new Set(),
  rejectCurves: new Set(),
} as const satisfies Partial<Config>;

/** The library's word for no date at all: what has expired is told below. Its types leave that out. */
const WHENEVER = null as unknown as Date;

/** Reads an armored keyring. Throws GIT_SIGNATURE_INVALID. */
export async function readPgpKeyring(armored: string): Promise<PgpKeyring> {
  try {
    if (armored.length > MAX_KEYRING_BYTES) throw new Error(`it is larger than ${MAX_KEYRING_BYTES} bytes`);
    const binaryKeys = unarmor(armored, /^PGP PUBLIC KEY BLOCK$/);
    const { readKeys } = await openpgp();
    return { keys: await readKeys({ binaryKeys, config: taken }) };
  } catch (error) {
    throw new CapstanError('GIT_SIGNATURE_INVALID', `unable to read armored key ring: ${wordsOf(error)}`, {
      data: { reason: 'keyring' },
      cause: error,
    });
  }
}

/** Says how a signature over a payload stands at a time, with the keys of these keyrings. Never throws for bad content. */
export async function checkPgpSignature(
  payload: Uint8Array,
  signature: string | undefined,
  keyrings: readonly PgpKeyring[],
  now: Date,
): Promise<PgpVerification> {
  const unsigned: PgpVerification = { status: 'unsigned', keyId: '', primaryKeyId: '' };
  if (signature === undefined || signatureType(signature) !== 'openpgp') return unsigned;
  const packets = await packetsOf(signature);
  const [packet] = packets;
  if (packet === undefined) return unsigned;
  const keyId = packet.issuerKeyID.toHex().toUpperCase();
  if (packets.length > 1) return { status: 'bad', keyId, primaryKeyId: '' };
  let found: PgpVerification = { status: 'missing-key', keyId, primaryKeyId: '' };
  for (const key of keyrings.flatMap((keyring) => keyring.keys)) {
    for (const candidate of key.getKeys(packet.issuerKeyID)) {
      const status = await check(packet, payload, key, candidate, now);
      const primaryKeyId = key.getKeyID().toHex().toUpperCase();
      if (status === 'good') return { status, keyId, primaryKeyId };
      if (found.status === 'missing-key' || found.status === 'bad') found = { status, keyId, primaryKeyId };
    }
  }
  return found;
}

/** The first of these keyrings by which a signature is good tells who made it. Throws GIT_SIGNATURE_INVALID. */
export async function verifyPgpSignature(
  payload: Uint8Array,
  signature: string,
  armoredKeyrings: readonly string[],
  now: Date,
): Promise<{ readonly signer: string }> {
  const invalid = (message: string, reason: string) =>
    new CapstanError('GIT_SIGNATURE_INVALID', `unable to verify PGP signature: ${message}`, { data: { reason } });
  const type = signatureType(signature);
  if (type === 'empty') throw invalid('signature is empty', 'empty');
  if (type !== 'openpgp') throw invalid(`detected signature format: ${type}`, 'format');
  const problems: string[] = [];
  for (const armored of armoredKeyrings) {
    try {
      const found = await checkPgpSignature(payload, signature, [await readPgpKeyring(armored)], now);
      if (found.status === 'good') return { signer: found.primaryKeyId };
    } catch (error) {
      if (!(error instanceof CapstanError)) throw error;
      problems.push(error.message);
    }
  }
  const rest = problems.length === 0 ? '' : `: ${problems.join('; ')}`;
  throw invalid(`unable to verify payload with any of the given key rings${rest}`, 'no-matching-key');
}

/** The library, loaded when a signature is first looked at: it weighs nearly 10 MiB. */
const openpgp = () => import('openpgp');

async function packetsOf(signature: string): Promise<readonly SignaturePacket[]> {
  try {
    const { readSignature } = await openpgp();
    const { packets } = await readSignature({ binarySignature: unarmor(signature, /^PGP SIGNATURE$/), config: taken });
    return [...packets];
  } catch {
    // What cannot be read signs nothing.
    return [];
  }
}

async function check(
  packet: SignaturePacket,
  payload: Uint8Array,
  key: Key,
  candidate: Key | Subkey,
  now: Date,
): Promise<PgpStatus> {
  const { config: defaults, createMessage, enums } = await openpgp();
  const config: Config = { ...defaults, ...taken };
  const type = packet.signatureType;
  if (type !== enums.signature.binary && type !== enums.signature.text) return 'bad';
  try {
    const message = await createMessage({ binary: payload });
    const [literal] = [...message.packets];
    if (literal === undefined) return 'bad';
    await packet.verify(candidate.keyPacket, type, literal, WHENEVER, true, { ...config });
  } catch {
    return 'bad';
  }
  if (isPast(packet.getExpirationTime(), now)) return 'expired-signature';
  if (isPast(await key.getExpirationTime(undefined, config), now)) return 'expired-key';
  if (candidate !== key && 'mainKey' in candidate && isPast(await candidate.getExpirationTime(now, config), now))
    return 'expired-key';
  if (await isRevoked(key, candidate, now, config)) return 'revoked-key';
  try {
    // Holds the key to what it says of itself: that it may sign, and that a subkey belongs to it.
    await key.getSigningKey(packet.issuerKeyID, now, undefined, config);
    return 'good';
  } catch {
    return 'bad';
  }
}

async function isRevoked(key: Key, candidate: Key | Subkey, now: Date, config: Config): Promise<boolean> {
  if (await key.isRevoked(undefined, undefined, now, config)) return true;
  if (!('mainKey' in candidate)) return false;
  for (const binding of candidate.bindingSignatures)
    if (await candidate.isRevoked(binding, candidate.keyPacket, now, config)) return true;
  return false;
}

function isPast(time: Date | number | null, now: Date): boolean {
  return time instanceof Date && time.getTime() <= now.getTime();
}

function wordsOf(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  return /unexpected end of packet/i.test(said) ? 'unexpected EOF' : said;
}
