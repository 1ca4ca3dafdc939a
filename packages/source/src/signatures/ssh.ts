import { createHash } from 'node:crypto';
import { CapstanError } from '@capstan/errors';
import { unarmor } from './armor.ts';
import { parseAuthorizedKeys } from './authorized-keys.ts';
import { signatureType } from './signature-type.ts';
import type { SshPublicKey } from './ssh-key.ts';
import { SshReader, sshString } from './ssh-wire.ts';

const MAGIC = 'SSHSIG';
const VERSION = 1;
/** What signatures of Git are made for: one that was made for something else is none. */
const NAMESPACE = 'git';
const HASHES = new Set(['sha256', 'sha512']);
/** Characters of an armored signature, at most. */
const MAX_SIGNATURE = 64 * 1024;

interface SshSignature {
  readonly publicKey: Buffer;
  readonly namespace: string;
  readonly reserved: Buffer;
  readonly hash: string;
  readonly format: string;
  readonly blob: Buffer;
  readonly rest: Buffer;
}

/**
 * The first of these keys (texts in the form of authorized_keys) by which a signature over a payload is good tells who
 * made it, by its fingerprint. As openssh/PROTOCOL.sshsig says, for Git. Throws GIT_SIGNATURE_INVALID.
 */
export function verifySshSignature(
  payload: Uint8Array,
  signature: string,
  authorizedKeys: readonly string[],
): { readonly signer: string } {
  const armored = signature.trim();
  if (armored === '') throw invalid('unable to verify payload: signature is empty', 'empty');
  if (payload.length === 0) throw invalid('unable to verify payload: payload is empty', 'empty-payload');
  const type = signatureType(armored);
  if (type !== 'ssh') throw invalid(`unable to verify SSH signature, detected signature format: ${type}`, 'format');
  const read = readSignature(armored);
  let unreadable: CapstanError | undefined;
  let tried = false;
  const problems = new Set<string>();
  for (const text of authorizedKeys) {
    const keys = keysOf(text);
    if (keys instanceof CapstanError) unreadable ??= keys;
    else {
      tried = true;
      for (const key of keys) {
        const problem = problemWith(read, payload, key);
        if (problem === undefined) return { signer: key.fingerprint };
        problems.add(problem);
      }
    }
  }
  if (!tried && unreadable !== undefined)
    throw invalid(`unable to parse authorized keys: ${unreadable.message}`, 'authorized-keys');
  const rest = ['no matching key', ...problems].join('\n');
  throw invalid(`unable to verify payload with any of the given authorized keys: ${rest}`, 'no-matching-key');
}

function invalid(message: string, reason: string): CapstanError {
  return new CapstanError('GIT_SIGNATURE_INVALID', message, { data: { reason } });
}

function keysOf(text: string): readonly SshPublicKey[] | CapstanError {
  try {
    return parseAuthorizedKeys(text);
  } catch (error) {
    if (error instanceof CapstanError) return error;
    throw error;
  }
}

function readSignature(armored: string): SshSignature {
  try {
    if (armored.length > MAX_SIGNATURE) throw new Error(`it is longer than ${MAX_SIGNATURE} characters`);
    const reader = new SshReader(unarmor(armored, /^SSH SIGNATURE$/));
    if (reader.take(MAGIC.length).toString('latin1') !== MAGIC) throw new Error('invalid magic preamble');
    const version = reader.uint32();
    if (version !== VERSION) throw new Error(`unsupported signature version ${version}`);
    const head = {
      publicKey: reader.string(),
      namespace: reader.string().toString('latin1'),
      reserved: reader.string(),
      hash: reader.string().toString('latin1'),
    };
    const inner = new SshReader(reader.string());
    reader.end();
    return { ...head, format: inner.string().toString('latin1'), blob: inner.string(), rest: inner.rest() };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw invalid(`unable to unarmor SSH signature: ${why}`, 'armor');
  }
}

/** Why a key has not made a signature; undefined where it has. */
function problemWith(signature: SshSignature, payload: Uint8Array, key: SshPublicKey): string | undefined {
  if (!signature.publicKey.equals(key.blob)) return 'public key does not match';
  if (signature.namespace !== NAMESPACE) return 'namespace does not match';
  if (!HASHES.has(signature.hash)) return `unsupported hash algorithm ${JSON.stringify(signature.hash)}`;
  if (key.check === undefined) return `keys of type ${key.type} are not supported`;
  const digest = createHash(signature.hash).update(payload).digest();
  const { reserved, hash, format, blob, rest } = signature;
  const signed = Buffer.concat([
    Buffer.from(MAGIC, 'latin1'),
    sshString(NAMESPACE),
    sshString(reserved),
    sshString(hash),
    sshString(digest),
  ]);
  try {
    return key.check(signed, format, blob, rest) ? undefined : 'ssh: signature did not verify';
  } catch {
    // What cannot be read signs nothing.
    return 'ssh: signature did not verify';
  }
}
