import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { verifySshSignature } from './ssh.ts';
import { sshString } from './ssh-wire.ts';

const payload = Buffer.from('tree 1\n\nmessage\n');

interface Person {
  readonly line: string;
  readonly sign: (bytes: Buffer, options?: { readonly namespace?: string; readonly hash?: string }) => string;
}

function armored(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,70}/g) ?? [];
  return ['-----BEGIN SSH SIGNATURE-----', ...lines, '-----END SSH SIGNATURE-----'].join('\n');
}

function signer(blob: Buffer, type: string, make: (data: Buffer) => Buffer): Person {
  return {
    line: `${type} ${blob.toString('base64')} somebody@capstan.example`,
    sign: (bytes, { namespace = 'git', hash = 'sha512' } = {}) => {
      const digest = createHash(hash).update(bytes).digest();
      const signed = [Buffer.from('SSHSIG'), ...[namespace, '', hash, digest].map((part) => sshString(part))];
      const head = [Buffer.from('SSHSIG'), Buffer.from([0, 0, 0, 1]), sshString(blob)];
      const tail = [namespace, '', hash].map((part) => sshString(part));
      return armored(Buffer.concat([...head, ...tail, sshString(make(Buffer.concat(signed)))]));
    },
  };
}

function raw(key: KeyObject, field: string): Buffer {
  const value = (key.export({ format: 'jwk' }) as Readonly<Record<string, unknown>>)[field];
  assert.ok(typeof value === 'string');
  return Buffer.from(value, 'base64url');
}

function number(bytes: Buffer): Buffer {
  return sshString((bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

function ed25519(): Person {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const blob = Buffer.concat([sshString('ssh-ed25519'), sshString(raw(publicKey, 'x'))]);
  const make = (data: Buffer) => Buffer.concat([sshString('ssh-ed25519'), sshString(sign(null, data, privateKey))]);
  return signer(blob, 'ssh-ed25519', make);
}

function ecdsa(curve: string, name: string, hash: string): Person {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: curve });
  const type = `ecdsa-sha2-${name}`;
  const point = Buffer.concat([Buffer.from([4]), raw(publicKey, 'x'), raw(publicKey, 'y')]);
  const blob = Buffer.concat([type, name, point].map((part) => sshString(part)));
  return signer(blob, type, (data) => {
    const flat = sign(hash, data, { key: privateKey, dsaEncoding: 'ieee-p1363' });
    const half = flat.length / 2;
    const pair = Buffer.concat([number(flat.subarray(0, half)), number(flat.subarray(half))]);
    return Buffer.concat([sshString(type), sshString(pair)]);
  });
}

function rsa(format: string, hash: string): Person {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const blob = Buffer.concat([sshString('ssh-rsa'), number(raw(publicKey, 'e')), number(raw(publicKey, 'n'))]);
  return signer(blob, 'ssh-rsa', (data) => Buffer.concat([sshString(format), sshString(sign(hash, data, privateKey))]));
}

function hardware(): Person {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const type = 'sk-ssh-ed25519@openssh.com';
  const blob = Buffer.concat([sshString(type), sshString(raw(publicKey, 'x')), sshString('ssh:')]);
  const sha = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest();
  const rest = Buffer.from([1, 0, 0, 0, 7]);
  return signer(blob, type, (data) => {
    const made = sign(null, Buffer.concat([sha('ssh:'), rest, sha(data)]), privateKey);
    return Buffer.concat([sshString(type), sshString(made), rest]);
  });
}

function refusal(run: () => unknown): { readonly message: string; readonly reason: unknown } {
  try {
    run();
  } catch (error) {
    assert.ok(isCapstanError(error, 'GIT_SIGNATURE_INVALID'));
    return { message: error.message, reason: error.data['reason'] };
  }
  assert.fail('it verified');
}

describe('an SSH signature', () => {
  const people: Readonly<Record<string, Person>> = {
    Ed25519: ed25519(),
    'ECDSA over P-256': ecdsa('P-256', 'nistp256', 'sha256'),
    'ECDSA over P-384': ecdsa('P-384', 'nistp384', 'sha384'),
    'ECDSA over P-521': ecdsa('P-521', 'nistp521', 'sha512'),
    'RSA with SHA-256': rsa('rsa-sha2-256', 'sha256'),
    'RSA with SHA-512': rsa('rsa-sha2-512', 'sha512'),
    'a key in hardware': hardware(),
  };
  const somebody = ed25519();

  for (const [name, person] of Object.entries(people)) {
    it(`of ${name} is good over what was signed, and over nothing else`, () => {
      const signature = person.sign(payload);
      const { signer: found } = verifySshSignature(payload, signature, [somebody.line, person.line]);
      assert.match(found, /^SHA256:[A-Za-z0-9+/]{43}$/);
      const changed = refusal(() => verifySshSignature(Buffer.from('tree 2\n'), signature, [person.line]));
      assert.equal(changed.reason, 'no-matching-key');
    });
  }

  it('is not good by a key that is not allowed', () => {
    const { reason, message } = refusal(() => verifySshSignature(payload, ed25519().sign(payload), [somebody.line]));
    assert.equal(reason, 'no-matching-key');
    assert.match(message, /public key does not match/);
  });

  it('is not good that was made for something else than Git, or with another digest', () => {
    for (const options of [{ namespace: 'file' }, { hash: 'sha1' }])
      assert.equal(
        refusal(() => verifySshSignature(payload, somebody.sign(payload, options), [somebody.line])).reason,
        'no-matching-key',
      );
  });

  it('is not good that RSA made with SHA-1', () => {
    const old = rsa('ssh-rsa', 'sha1');
    assert.equal(refusal(() => verifySshSignature(payload, old.sign(payload), [old.line])).reason, 'no-matching-key');
  });

  it('is not good with bits turned anywhere, and never breaks what reads it', () => {
    const signature = Buffer.from(somebody.sign(payload).split('\n').slice(1, -1).join(''), 'base64');
    for (let at = 0; at < signature.length; at++) {
      const turned = Buffer.from(signature);
      turned[at] = (turned[at] ?? 0) ^ 0x41;
      refusal(() => verifySshSignature(payload, armored(turned), [somebody.line]));
    }
  });

  it('is found by keys behind options', () => {
    const line = `namespaces="git, file",zone ${somebody.line}`;
    assert.ok(verifySshSignature(payload, somebody.sign(payload), [line]).signer);
  });
});
