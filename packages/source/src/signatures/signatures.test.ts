import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { createMessage, generateKey, readPrivateKey, reformatKey, revokeKey, sign } from 'openpgp';
import {
  checkPgpSignature,
  readPgpKeyring,
  readSignedCommit,
  readSignedTag,
  signatureType,
  tagTarget,
  verifyPgpSignature,
} from './index.ts';

const NOW = new Date('2026-06-01T00:00:00Z');
const EARLIER = new Date('2026-01-01T00:00:00Z');
const payload = Buffer.from('tree 1\n\nmessage\n');

async function person(options: { readonly expires?: number } = {}) {
  const { privateKey, publicKey } = await generateKey({
    userIDs: [{ name: 'Test', email: 'test@capstan.example' }],
    date: EARLIER,
    ...(options.expires === undefined ? {} : { keyExpirationTime: options.expires }),
    subkeys: [{ sign: true }],
  });
  return { privateKey, publicKey };
}

async function signed(armoredKey: string, options: { readonly expires?: number } = {}): Promise<string> {
  const key = await readPrivateKey({ armoredKey });
  const message = await createMessage({ binary: payload });
  const date = new Date('2026-01-02T00:00:00Z');
  if (options.expires === undefined) return String(await sign({ message, signingKeys: key, detached: true, date }));
  const { SignaturePacket, enums, config } = await import('openpgp');
  const packet = new SignaturePacket();
  const signing = await key.getSigningKey(undefined, date, undefined, { ...config });
  const secret = signing.keyPacket as Parameters<typeof packet.sign>[0];
  Object.assign(packet, {
    signatureType: enums.signature.binary,
    publicKeyAlgorithm: secret.algorithm,
    hashAlgorithm: enums.hash.sha512,
    signatureExpirationTime: options.expires,
    signatureNeverExpires: false,
  });
  const [literal] = [...message.packets];
  const run = packet.sign.bind(packet) as unknown as (...args: readonly unknown[]) => Promise<void>;
  await run(secret, literal, date, true, { ...config });
  const { Signature, PacketList } = await import('openpgp');
  const packets = new PacketList();
  packets.push(packet);
  const made = new (Signature as unknown as new (list: unknown) => { armor(): string })(packets);
  return made.armor();
}

describe('a PGP signature', async () => {
  const { privateKey, publicKey } = await person();
  const other = await person();
  const signature = await signed(privateKey);
  const keyring = await readPgpKeyring(publicKey);
  const check = (bytes: Uint8Array, text: string | undefined, keyrings = [keyring], now = NOW) =>
    checkPgpSignature(bytes, text, keyrings, now);

  it('is good for what was signed, by a subkey too, and names the key', async () => {
    const found = await check(payload, signature);
    assert.equal(found.status, 'good');
    assert.match(found.keyId, /^[0-9A-F]{16}$/);
    assert.notEqual(found.keyId, found.primaryKeyId);
  });

  it('is bad for anything else, and missing its key in another keyring', async () => {
    assert.equal((await check(Buffer.from('tree 2\n\nmessage\n'), signature)).status, 'bad');
    assert.equal((await check(payload, signature, [await readPgpKeyring(other.publicKey)])).status, 'missing-key');
    assert.equal((await check(payload, signature, [])).status, 'missing-key');
    const both = [await readPgpKeyring(other.publicKey), keyring];
    assert.equal((await check(payload, signature, both)).status, 'good');
  });

  it('is none where there is none, or where it cannot be read', async () => {
    for (const text of [undefined, '', 'garbage', '-----BEGIN SSH SIGNATURE-----\n', signature.slice(0, 120)])
      assert.deepEqual(await check(payload, text), { status: 'unsigned', keyId: '', primaryKeyId: '' });
  });

  it('tells a key that has expired or was revoked since', async () => {
    const short = await person({ expires: 60 * 24 * 3600 });
    const bySoon = await signed(short.privateKey);
    const ring = [await readPgpKeyring(short.publicKey)];
    assert.equal((await check(payload, bySoon, ring)).status, 'expired-key');
    assert.equal((await check(payload, bySoon, ring, new Date('2026-01-15T00:00:00Z'))).status, 'good');
    const { publicKey: revoked } = await revokeKey({
      key: await readPrivateKey({ armoredKey: privateKey }),
      format: 'armored',
      date: new Date('2026-02-01T00:00:00Z'),
    });
    assert.equal((await check(payload, signature, [await readPgpKeyring(revoked)])).status, 'revoked-key');
  });

  it('tells a signature that has expired', async () => {
    const soon = await signed(privateKey, { expires: 3600 });
    assert.equal((await check(payload, soon)).status, 'expired-signature');
    assert.equal((await check(payload, soon, [keyring], new Date('2026-01-02T00:30:00Z'))).status, 'good');
  });

  it('is checked with a key that was prolonged after it was made', async () => {
    const short = await person({ expires: 60 * 24 * 3600 });
    const bySoon = await signed(short.privateKey);
    const { publicKey: longer } = await reformatKey({
      privateKey: await readPrivateKey({ armoredKey: short.privateKey }),
      userIDs: [{ name: 'Test', email: 'test@capstan.example' }],
      date: new Date('2026-02-01T00:00:00Z'),
      keyExpirationTime: 0,
      format: 'armored',
    });
    assert.equal((await check(payload, bySoon, [await readPgpKeyring(longer)])).status, 'good');
  });

  it('fails by name where somebody asks for it', async () => {
    const refused = (made: Promise<unknown>, reason: string) =>
      assert.rejects(
        made,
        (error) => isCapstanError(error, 'GIT_SIGNATURE_INVALID') && error.data['reason'] === reason,
      );
    await refused(verifyPgpSignature(payload, '', [publicKey], NOW), 'empty');
    await refused(verifyPgpSignature(payload, 'x', [publicKey], NOW), 'format');
    await refused(verifyPgpSignature(payload, signature, [other.publicKey], NOW), 'no-matching-key');
    const { signer } = await verifyPgpSignature(payload, signature, ['broken', publicKey], NOW);
    assert.match(signer, /^[0-9A-F]{16}$/);
  });
});

describe('objects of Git', () => {
  it('are parted into what was signed and the signature', () => {
    const commit = [
      'tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904',
      'author Jané <j@x.example> 1 +0000',
      'committer C <c@x.example> 1 +0000',
      'gpgsig -----BEGIN PGP SIGNATURE-----',
      ' ',
      ' abc',
      ' -----END PGP SIGNATURE-----',
      'encoding UTF-8',
      '',
      'subject',
      '',
      'gpgsig not a header',
      '',
    ];
    const found = readSignedCommit(Buffer.from(commit.join('\n')));
    assert.equal(found.signature, '-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----');
    assert.equal(Buffer.from(found.payload).toString(), [...commit.slice(0, 3), ...commit.slice(7)].join('\n'));
    assert.deepEqual(
      [found.name, found.address, found.message],
      ['Jané', 'j@x.example', 'subject\n\ngpgsig not a header\n'],
    );
    const tag =
      'object 12ab\ntype commit\ntag v1\ntagger T <t@x.example> 1 +0000\n\nwords\n-----BEGIN PGP SIGNATURE-----\n\nx\n';
    const parted = readSignedTag(Buffer.from(tag));
    assert.equal(Buffer.from(parted.payload).toString().endsWith('words\n'), true);
    assert.equal(parted.signature, '-----BEGIN PGP SIGNATURE-----\n\nx\n');
    assert.deepEqual([parted.name, parted.address, tagTarget(Buffer.from(tag))], ['T', 't@x.example', '12ab']);
    assert.equal(readSignedTag(Buffer.from('object 1\n\nplain\n')).signature, undefined);
  });

  it('bear signatures of several kinds', () => {
    assert.equal(signatureType('  -----BEGIN PGP SIGNATURE-----\n'), 'openpgp');
    assert.equal(signatureType('-----BEGIN SSH SIGNATURE-----\n'), 'ssh');
    assert.equal(signatureType('-----BEGIN SIGNED MESSAGE-----\n'), 'x509');
    assert.equal(signatureType('-----BEGIN PGP MESSAGE-----\n'), 'unknown');
    assert.equal(signatureType(''), 'empty');
  });
});
