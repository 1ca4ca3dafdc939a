import assert from 'node:assert/strict';
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { getPath, type JsonObject, type KubernetesObject } from '@capstan/object';
import { memoryTree } from '@capstan/tree';
import { parse } from '@capstan/yaml';
import { armor, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { decryptData, decryptObject, decryptSources, importKeys, KeyRing, securePath, type Format } from './index.ts';

const MODIFIED = '2026-01-02T03:04:05Z';
const CANARY = 'canary-6f1d';

let dataKey: Buffer;
let identity: string;
let recipient: string;
let keys: KeyRing;
let enc: string;

before(async () => {
  dataKey = randomBytes(32);
  identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
  enc = await sealedFor(recipient, dataKey);
  keys = await importKeys(secretOf({ 'a.agekey': `# a comment\n${identity}\n` }), 'the Secret');
});

describe('a file that SOPS encrypted', () => {
  it('is decrypted in YAML, comments and all that is not a text with it', async () => {
    const file = `# ${sealed(' head', 'a:', 'comment')}\nplain_unencrypted: 1\na: ${sealed('one', 'a:')}\nb:\n    - ${sealed('2', 'b:', 'int')}\n    - c: ${sealed('true', 'b:c:', 'bool')}\n`;
    const text = await decrypted(`${file}${yamlMetadata({ mac: await macOf(['1', 'one', '2', 'True']) })}`, 'yaml');
    assert.deepEqual(parse(text), { plain_unencrypted: 1, a: 'one', b: [2, { c: true }] });
    assert.match(text, /^b:\n {4}- 2\n/m);
  });

  it('is decrypted in JSON, in its own order, with what Go escapes', async () => {
    const file = { z: sealed('<a>', 'z:'), a: { n: sealed('1.5', 'a:n:', 'float') }, sops: await metadata() };
    assert.equal(
      await decrypted(JSON.stringify(file), 'json'),
      '{\n\t"z": "\\u003ca\\u003e",\n\t"a": {\n\t\t"n": 1.5\n\t}\n}\n',
    );
  });

  it('is decrypted as lines of KEY=value', async () => {
    const flat = Object.entries(await flatMetadata()).map(
      ([key, value]) => `sops_${key}=${value.replaceAll('\n', '\\n')}`,
    );
    const file = ['#note', `A=${sealed('x\ny', 'A:')}`, ...flat].join('\n');
    assert.equal(await decrypted(file, 'dotenv'), '#note\nA=x\\ny\n');
  });

  it('is decrypted as INI sections', async () => {
    const flat = Object.entries(await flatMetadata()).map(
      ([key, value]) => `${key} = ${value.replaceAll('\n', '\\n')}`,
    );
    const file = ['[db]', '; note', `password = ${sealed('x;y', 'db:password:')}`, '', '[sops]', ...flat].join('\n');
    assert.equal(await decrypted(file, 'ini'), '[db]\n; note\npassword = `x;y`\n\n');
  });

  it('is decrypted as bytes of any kind', async () => {
    const file = JSON.stringify({ data: sealed('any\n', 'data:'), sops: await metadata() });
    assert.equal(await decrypted(file, 'binary'), 'any\n');
  });

  it('is refused when a value was put in the place of another', async () => {
    const file = { a: sealed('one', 'b:'), sops: await metadata() };
    await refused(decrypted(JSON.stringify(file), 'json'), 'DECRYPT_INVALID', 'Could not decrypt value at a');
  });

  it('is refused when it was changed since, where that is asked for', async () => {
    const file = {
      a: sealed('one', 'a:'),
      b_unencrypted: 'changed',
      sops: await metadata(await macOf(['one', 'as it was'])),
    };
    const bytes = Buffer.from(JSON.stringify(file));
    await refused(decryptData(bytes, 'json', 'json', { keys, checkMac: true }), 'DECRYPT_INVALID', 'MAC mismatch');
    assert.match(Buffer.from(await decryptData(bytes, 'json', 'json', { keys })).toString(), /changed/);
  });

  for (const [rule, value, document] of [
    ['encrypted_regex', '^(data|stringData)$', { data: { a: '*' }, kind: 'Secret' }],
    ['unencrypted_regex', '^kind$', { data: { a: '*' }, kind: 'Secret' }],
    ['encrypted_suffix', '_secret', { a_secret: { b: '*' }, c: 'plain' }],
    ['unencrypted_suffix', '_open', { a: '*', b_open: 'plain' }],
  ] as const)
    it(`is decrypted only where its ${rule} says so`, async () => {
      const file = { ...(sealStars(document) as object), sops: { ...(await metadata()), [rule]: value } };
      const plain = JSON.parse(await decrypted(JSON.stringify(file), 'json')) as unknown;
      assert.deepEqual(plain, JSON.parse(JSON.stringify(document).replaceAll('"*"', '"star"')));
    });

  it('is refused when it is too large to be read in one go', async () => {
    const bytes = new Uint8Array(1024 * 1024 + 1);
    await assert.rejects(decryptData(bytes, 'yaml', 'yaml', { keys }), (error) =>
      isCapstanError(error, 'DECRYPT_LIMIT'),
    );
  });

  it('is refused where it names two rules', async () => {
    const file = { a: 'x', sops: { ...(await metadata()), encrypted_suffix: 'x', encrypted_regex: 'y' } };
    await refused(decrypted(JSON.stringify(file), 'json'), 'DECRYPT_INVALID', 'Cannot use more than one');
  });

  it('needs as many key groups as its threshold says', async () => {
    const parts = split(dataKey, 3);
    const groups = await Promise.all(
      parts.map(async (part) => ({ age: [{ recipient, enc: await sealedFor(recipient, part) }] })),
    );
    const foreign = await identityToRecipient(await generateX25519Identity());
    const lost = { age: [{ recipient: foreign, enc: await sealedFor(foreign, parts[2] ?? dataKey) }] };
    const base = { ...(await metadata()), age: [], shamir_threshold: 2 };
    const file = (key_groups: readonly unknown[]) =>
      JSON.stringify({ a: sealed('one', 'a:'), sops: { ...base, key_groups } });
    assert.match(await decrypted(file([groups[0], groups[1], lost]), 'json'), /"one"/);
    await refused(
      decrypted(file([groups[0], lost, lost]), 'json'),
      'DECRYPT_NO_KEY',
      '2 successful groups required, got 1',
    );
  });

  it('says by name which key service it would need', async () => {
    const sops = {
      ...(await metadata()),
      age: [],
      hckms: [{ key_id: 'eu:key', enc: 'AAAA', created_at: MODIFIED }],
    };
    await refused(
      decrypted(JSON.stringify({ a: '', sops }), 'json'),
      'DECRYPT_NO_KEY',
      'does not decrypt with Huawei Cloud KMS yet',
    );
  });

  for (const [what, text, format] of [
    ['no value of it', `{"a": "${CANARY}", "sops": SOPS}`, 'json'],
    ['nothing of a broken file', `a: "${CANARY}\nsops: SOPS`, 'yaml'],
    ['nothing of a broken line', `${CANARY}\nsops_mac=ENC[`, 'dotenv'],
  ] as const)
    it(`tells ${what} when it fails in ${format}`, async () => {
      const file = text.replace('SOPS', JSON.stringify(await metadata()));
      await assert.rejects(decrypted(file, format), (error) => {
        assert.ok(isCapstanError(error));
        assert.ok(!`${error.stack ?? ''} ${JSON.stringify(error.data)} ${String(error.cause)}`.includes(CANARY));
        return true;
      });
    });
});

describe('objects that SOPS encrypted', () => {
  it('are decrypted as a whole, labels put in since included', async () => {
    const object = secretOf({}, { labels: { since: 'here' } });
    const whole = {
      ...object,
      stringData: { a: sealed('one', 'stringData:a:') },
      sops: { ...(await metadata()), encrypted_regex: '^stringData$' },
    };
    const plain = await decryptObject(whole, { keys });
    assert.deepEqual(plain['stringData'], { a: 'one' });
    assert.equal(plain['sops'], undefined);
    assert.equal(getPath(plain.metadata, 'labels', 'since'), 'here');
  });

  it('are decrypted by the entries of a Secret that are encrypted files', async () => {
    const file = JSON.stringify({ data: sealed('one', 'data:'), sops: await metadata() }, undefined, 1);
    const plain = await decryptObject(secretOf({ 'a.txt': file, b: 'plain' }), { keys });
    assert.equal(textOf(plain, 'a.txt'), 'one');
    assert.equal(textOf(plain, 'b'), 'plain');
  });

  it('are left encrypted where their annotation says so', async () => {
    const annotations = { 'kustomize.toolkit.fluxcd.io/decrypt': 'Disabled' };
    const object = { ...secretOf({}, { annotations }), sops: { mac: 'ENC[' } };
    assert.equal(await decryptObject(object, { keys }), object);
  });
});

describe('the sources of a build', () => {
  const kustomization = (text: string) =>
    memoryTree({ 'app/kustomization.yaml': text, 'secret.env': 'sops_mac=ENC[broken', 'app/base/x.yaml': '' });

  it('are decrypted where a generator or a patch names them, through resources and components', async () => {
    const file = `a: ${sealed('one', 'a:')}\n${yamlMetadata({})}`;
    const tree = memoryTree({
      'app/kustomization.yaml':
        'resources: [../base, plain.yaml, https://example.com/x]\npatches: [{path: patch.yaml}]\n',
      'app/patch.yaml': file,
      'app/plain.yaml': file,
      'base/kustomization.yaml': 'secretGenerator: [{name: s, files: [k.yaml=other.yaml]}]\n',
      'base/other.yaml': file,
    });
    const plain = await decryptSources(tree, { path: 'app', components: [] }, { keys });
    const read = await plain.read(['app/patch.yaml', 'base/other.yaml', 'app/plain.yaml']);
    const texts = read.map((one) => Buffer.from(one?.bytes ?? []).toString());
    assert.deepEqual(texts.slice(0, 2), ['a: one\n', 'a: one\n']);
    assert.equal(texts[2], file);
  });

  it('never lie outside of the tree', async () => {
    assert.equal(securePath('../../../secret.env', 'app'), 'secret.env');
    const tree = kustomization('secretGenerator: [{name: s, envs: [../../../../secret.env]}]\n');
    await refused(decryptSources(tree, { path: 'app', components: [] }, { keys }), 'DECRYPT_INVALID', 'secret.env');
  });

  it('are those of folders below where there is no kustomization yet', async () => {
    const tree = memoryTree({
      'apps/one/kustomization.yaml': 'secretGenerator: [{name: s, envs: [a.env]}]\n',
      'apps/one/a.env': 'sops_mac=ENC[broken',
    });
    await refused(
      decryptSources(tree, { path: 'apps', components: [] }, { keys }),
      'DECRYPT_INVALID',
      'apps/one/a.env',
    );
  });
});

describe('the keys of a decryption Secret', () => {
  for (const [name, text] of [
    ['a.agekey', CANARY],
    ['a.asc', CANARY],
    ['sops.azure-kv', `{"${CANARY}`],
  ] as const)
    it(`are refused by the entry's name, here ${name}, with nothing of what is in it`, async () => {
      await assert.rejects(importKeys(secretOf({ [name]: text }), 'Secret a/b'), (error) => {
        assert.ok(isCapstanError(error, 'DECRYPT_KEY_INVALID'));
        assert.match(error.message, new RegExp(`failed to import '${name}' data from Secret a/b`));
        assert.ok(!(error.stack ?? '').includes(CANARY));
        return true;
      });
    });

  it('open nothing that is encrypted for others', async () => {
    const others = new KeyRing({ age: [await generateX25519Identity()] });
    const file = JSON.stringify({ a: sealed('one', 'a:'), sops: await metadata() });
    const attempt = decryptData(Buffer.from(file), 'json', 'json', { keys: others });
    await refused(attempt, 'DECRYPT_NO_KEY', recipient);
  });
});

async function decrypted(text: string, format: Format): Promise<string> {
  return Buffer.from(await decryptData(Buffer.from(text), format, format, { keys })).toString();
}

async function refused(
  attempt: Promise<unknown>,
  code: 'DECRYPT_INVALID' | 'DECRYPT_NO_KEY',
  words: string,
): Promise<void> {
  await assert.rejects(attempt, (error) => isCapstanError(error, code) && error.message.includes(words));
}

/** A value as SOPS encrypts it: its place is authenticated along with it. */
function sealed(value: string, path: string, type = 'str'): string {
  const iv = randomBytes(32);
  const cipher = createCipheriv('aes-256-gcm', dataKey, iv, { authTagLength: 16 });
  cipher.setAAD(Buffer.from(path));
  const data = Buffer.concat([cipher.update(value), cipher.final()]);
  const [d, i, t] = [data, iv, cipher.getAuthTag()].map((part) => part.toString('base64'));
  return `ENC[AES256_GCM,data:${d},iv:${i},tag:${t},type:${type}]`;
}

function textOf(secret: KubernetesObject, key: string): string {
  const value = getPath(secret, 'data', key);
  assert.ok(typeof value === 'string');
  return Buffer.from(value, 'base64').toString();
}

function sealStars(value: unknown, path = ''): unknown {
  if (value === '*') return sealed('star', path);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, sealStars(member, `${path}${key}:`)]));
}

async function macOf(values: readonly string[]): Promise<string> {
  const hash = createHash('sha512').update(values.join('')).digest('hex').toUpperCase();
  return Promise.resolve(sealed(hash, MODIFIED));
}

async function sealedFor(to: string, bytes: Uint8Array): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(to);
  return armor.encode(await encrypter.encrypt(bytes));
}

async function metadata(mac = sealed('A', MODIFIED)) {
  return {
    age: [{ recipient, enc: await sealedFor(recipient, dataKey) }],
    lastmodified: MODIFIED,
    mac,
    version: '3.9.1',
  };
}

async function flatMetadata(): Promise<Readonly<Record<string, string>>> {
  const { age, lastmodified, mac } = await metadata();
  return { age__list_0__map_enc: age[0]?.enc ?? '', age__list_0__map_recipient: recipient, lastmodified, mac };
}

function yamlMetadata({ mac = sealed('A', MODIFIED) }: { readonly mac?: string }): string {
  const indented = enc.replaceAll('\n', '\n        ');
  return `sops:\n    age:\n    - recipient: ${recipient}\n      enc: |\n        ${indented}\n    lastmodified: "${MODIFIED}"\n    mac: ${mac}\n`;
}

function secretOf(data: Readonly<Record<string, string>>, metadata: JsonObject = {}): KubernetesObject {
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'keys', ...metadata },
    data: Object.fromEntries(encoded) as JsonObject,
  };
}

/** Shamir's scheme with a threshold of two: a line through each byte of the secret. */
function split(secret: Buffer, count: number): readonly Buffer[] {
  const slope = randomBytes(secret.length);
  return Array.from({ length: count }, (_, index) => {
    const at = index + 1;
    return Buffer.from([...secret.map((byte, place) => byte ^ times(slope[place] ?? 0, at)), at]);
  });
}

function times(a: number, b: number): number {
  let [left, right, product] = [a, b, 0];
  for (; right > 0; right >>= 1) {
    if (right & 1) product ^= left;
    left = (left << 1) ^ (left & 0x80 ? 0x11b : 0);
  }
  return product & 0xff;
}
