import { createHash, createPublicKey, verify, type JsonWebKeyInput, type KeyObject } from 'node:crypto';
import { SshReader } from './ssh-wire.ts';

/** A public key as authorized_keys files hold it. */
export interface SshPublicKey {
  /** Its algorithm, as it says itself. */
  readonly type: string;
  /** Its wire form. */
  readonly blob: Uint8Array;
  /** `SHA256:…`, as ssh-keygen prints it. */
  readonly fingerprint: string;
  /** What checks with it; undefined for keys that sign nothing here: DSA's and certificates. */
  readonly check: ((data: Uint8Array, format: string, blob: Buffer, rest: Buffer) => boolean) | undefined;
}

/** Bits of an RSA key, at least and at most. */
const RSA_BITS = { least: 1024, most: 16_384 };

interface Curve {
  readonly name: string;
  readonly jwk: string;
  readonly bytes: number;
  readonly hash: string;
}

const CURVES: Readonly<Record<string, Curve>> = {
  'ecdsa-sha2-nistp256': { name: 'nistp256', jwk: 'P-256', bytes: 32, hash: 'sha256' },
  'ecdsa-sha2-nistp384': { name: 'nistp384', jwk: 'P-384', bytes: 48, hash: 'sha384' },
  'ecdsa-sha2-nistp521': { name: 'nistp521', jwk: 'P-521', bytes: 66, hash: 'sha512' },
};
// SHA-1 is no longer taken, as the format demands (openssh/PROTOCOL.sshsig).
const RSA_HASHES: Readonly<Record<string, string>> = { 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512' };
const ED25519 = 'ssh-ed25519';
const SK_ED25519 = 'sk-ssh-ed25519@openssh.com';
const SK_ECDSA = 'sk-ecdsa-sha2-nistp256@openssh.com';
const UNCHECKED = /^(ssh-dss|.+-cert-v0[01]@openssh\.com)$/;

/** Reads a key in its wire form. Throws Error. */
export function readSshKey(blob: Uint8Array): SshPublicKey {
  const reader = new SshReader(blob);
  const type = reader.string().toString('latin1');
  const check = checkOf(type, reader);
  const fingerprint = `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
  return { type, blob, fingerprint, check };
}

function checkOf(type: string, reader: SshReader): SshPublicKey['check'] {
  if (UNCHECKED.test(type)) return undefined;
  const curve = curveOf(type);
  if (curve !== undefined) {
    const key = ecdsaKey(reader, curve);
    reader.end();
    return (data, format, blob, rest) => format === type && rest.length === 0 && checkEcdsa(key, curve, data, blob);
  }
  switch (type) {
    case ED25519: {
      const key = ed25519Key(reader);
      reader.end();
      return (data, format, blob, rest) => format === type && rest.length === 0 && verify(null, data, key, blob);
    }
    case 'ssh-rsa':
      return rsaCheck(reader);
    case SK_ED25519: {
      const key = ed25519Key(reader);
      return hardwareCheck(type, reader, (data, blob) => verify(null, data, key, blob));
    }
    case SK_ECDSA: {
      const p256 = curveOf('ecdsa-sha2-nistp256');
      if (p256 === undefined) return undefined;
      const key = ecdsaKey(reader, p256);
      return hardwareCheck(type, reader, (data, blob) => checkEcdsa(key, p256, data, blob));
    }
    default:
      throw new Error(`ssh: unknown key algorithm: ${type}`);
  }
}

function curveOf(type: string): Curve | undefined {
  return Object.hasOwn(CURVES, type) ? CURVES[type] : undefined;
}

function ed25519Key(reader: SshReader): KeyObject {
  const bytes = reader.string();
  if (bytes.length !== 32) throw new Error('ssh: invalid size for Ed25519 public key');
  return keyOf({ kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') });
}

function ecdsaKey(reader: SshReader, { name, jwk, bytes }: Curve): KeyObject {
  if (reader.string().toString('latin1') !== name) throw new Error('ssh: unsupported curve');
  const point = reader.string();
  if (point.length !== 1 + 2 * bytes || point[0] !== 4) throw new Error('ssh: invalid curve point');
  const [x, y] = [point.subarray(1, 1 + bytes), point.subarray(1 + bytes)];
  return keyOf({ kty: 'EC', crv: jwk, x: x.toString('base64url'), y: y.toString('base64url') });
}

function rsaCheck(reader: SshReader): SshPublicKey['check'] {
  const e = reader.natural();
  const n = reader.natural();
  reader.end();
  const bits = n.length * 8;
  if (e.length > 3 || ((e.at(-1) ?? 0) & 1) === 0) throw new Error('ssh: incorrect exponent');
  if (bits < RSA_BITS.least || bits > RSA_BITS.most) throw new Error('ssh: the RSA key is too short or too long');
  const key = keyOf({ kty: 'RSA', n: n.toString('base64url'), e: e.toString('base64url') });
  return (data, format, blob, rest) => {
    const hash = Object.hasOwn(RSA_HASHES, format) ? RSA_HASHES[format] : undefined;
    if (hash === undefined || rest.length > 0 || blob.length > n.length) return false;
    // Zeros before a signature may have been left out.
    return verify(hash, data, key, Buffer.concat([Buffer.alloc(n.length - blob.length), blob]));
  };
}

/** Of a key in hardware: it signs flags and a counter beside the digest, and for an application only. */
function hardwareCheck(
  type: string,
  reader: SshReader,
  check: (data: Buffer, blob: Buffer) => boolean,
): SshPublicKey['check'] {
  const application = sha256(reader.string());
  reader.end();
  return (data, format, blob, rest) => {
    // One byte of flags, four of the counter.
    if (format !== type || rest.length !== 5) return false;
    return check(Buffer.concat([application, rest, sha256(data)]), blob);
  };
}

function checkEcdsa(key: KeyObject, { bytes, hash }: Curve, data: Uint8Array, blob: Buffer): boolean {
  const reader = new SshReader(blob);
  const numbers = [reader.natural(), reader.natural()];
  reader.end();
  if (numbers.some((number) => number.length > bytes)) return false;
  const flat = Buffer.concat(numbers.flatMap((number) => [Buffer.alloc(bytes - number.length), number]));
  return verify(hash, data, { key, dsaEncoding: 'ieee-p1363' }, flat);
}

// Refuses points that are not on their curve.
function keyOf(key: JsonWebKeyInput['key']): KeyObject {
  return createPublicKey({ key, format: 'jwk' });
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
