import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { isCapstanError } from '@capstan/errors';
import { memoryTree, type MemoryFiles } from '@capstan/tree';
import { artifactHandler } from './artifact-handler.ts';
import { createArtifactStore } from './artifact-store.ts';
import { fluxArtifactContent } from './flux-artifact.ts';

const folder = mkdtempSync(join(tmpdir(), 'capstan-artifacts-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const owner = { kind: 'gitrepository', namespace: 'flux-system', name: 'demo' };
const revision = (digit: string) => ({ commit: digit.repeat(40), reference: 'refs/heads/main' });
const content = (files: MemoryFiles, ignore?: string) => fluxArtifactContent(memoryTree(files), ignore);
let made = 0;
const directory = () => join(folder, `store-${made++}`);

describe('the artifact store', () => {
  it('keeps the newest and one more for a minute, and always the current one', async () => {
    let now = 1_000_000_000_000;
    const root = directory();
    const store = createArtifactStore({ directory: root, now: () => now });
    const files = () => readdirSync(join(root, 'gitrepository/flux-system/demo')).sort();
    for (const digit of ['a', 'b', 'c']) {
      const { path } = await store.store(owner, revision(digit), await content({ x: digit }));
      utimesSync(join(root, path), now / 1000, now / 1000);
      now += 1000;
    }
    assert.deepEqual(files(), [`${'b'.repeat(40)}.tar.gz`, `${'c'.repeat(40)}.tar.gz`, 'latest.tar.gz']);
    now += 120_000;
    await store.collect(owner, `gitrepository/flux-system/demo/${'c'.repeat(40)}.tar.gz`);
    assert.deepEqual(files(), [`${'c'.repeat(40)}.tar.gz`, 'latest.tar.gz']);
    await store.remove(owner);
    assert.deepEqual(readdirSync(join(root, 'gitrepository/flux-system')), []);
  });

  it('knows a file that was changed or lost', async () => {
    const root = directory();
    const store = createArtifactStore({ directory: root, now: Date.now });
    const artifact = await store.store(owner, revision('a'), await content({ x: '1' }));
    assert.equal(await store.verify(artifact), true);
    writeFileSync(join(root, artifact.path), 'torn');
    assert.equal(await store.verify(artifact), false);
    rmSync(join(root, artifact.path));
    assert.equal(await store.verify(artifact), false);
    assert.equal(await store.verify({ ...artifact, path: '../../../etc/passwd' }), false);
  });

  it('leaves nothing behind when there is no room', async () => {
    const root = directory();
    const store = createArtifactStore({ directory: root, now: Date.now, maxBytes: 200 });
    await store.store(owner, revision('a'), await content({ x: '1' }));
    await assert.rejects(store.store(owner, revision('b'), await content({ x: '2' })), (error) =>
      isCapstanError(error, 'ARTIFACT_STORAGE_FAILED'),
    );
    assert.deepEqual(readdirSync(join(root, 'gitrepository/flux-system/demo')), [
      `${'a'.repeat(40)}.tar.gz`,
      'latest.tar.gz',
    ]);
  });

  it('serves files with their digest, and nothing else', async () => {
    const store = createArtifactStore({ directory: directory(), now: Date.now });
    const artifact = await store.store(owner, revision('a'), await content({ 'a/x.yaml': 'hello' }));
    const server = createServer(artifactHandler(store));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    after(() => server.close());
    const address = server.address();
    const base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    for (const path of [artifact.path, 'gitrepository/flux-system/demo/latest.tar.gz']) {
      const answer = await fetch(`${base}/${path}`);
      const bytes = Buffer.from(await answer.arrayBuffer());
      assert.equal(`sha256:${createHash('sha256').update(bytes).digest('hex')}`, artifact.digest);
      assert.equal(bytes.length, artifact.size);
      assert.match(gunzipSync(bytes).toString('latin1'), /a\/x\.yaml[^]*hello/);
    }
    const paths = ['', 'gitrepository', 'gitrepository/flux-system/demo/', `x/y/z/${'b'.repeat(40)}.tar.gz`];
    for (const path of [...paths, '%2e%2e/%2e%2e/etc/passwd', 'gitrepository/../../../etc/passwd']) {
      assert.equal((await fetch(`${base}/${path}`)).status, 404, path);
    }
    assert.equal((await fetch(`${base}/${artifact.path}`, { method: 'PUT', body: 'x' })).status, 405);
    assert.equal(
      (await fetch(`${base}/${artifact.path}`, { method: 'HEAD' })).headers.get('content-length'),
      String(artifact.size),
    );
  });

  it('refuses names that lead elsewhere', async () => {
    const store = createArtifactStore({ directory: directory(), now: Date.now });
    const one = await content({ x: '1' });
    for (const name of ['..', '../x', 'a/b', '', 'A']) {
      await assert.rejects(store.store({ ...owner, name }, revision('a'), one), (error) =>
        isCapstanError(error, 'ARTIFACT_STORAGE_FAILED'),
      );
    }
    await assert.rejects(store.store(owner, { commit: '../../x', reference: '' }, one));
  });
});

describe("a Flux artifact's content", () => {
  const files = {
    'app/a.yaml': 'a',
    'app/skip/b.yaml': 'b',
    'app/skip/keep/c.yaml': 'c',
    'logo.png': 'p',
    '.github/ci.yaml': 'ci',
    '.gitignore': 'x',
    link: { link: 'app' },
  };
  const kept = async (more: MemoryFiles, ignore?: string) =>
    (await content({ ...files, ...more }, ignore)).entries
      .filter(({ kind }) => kind === 'file')
      .map(({ path }) => path);

  it('leaves out version control, links and by default media and build files', async () => {
    assert.deepEqual(await kept({}), ['app/a.yaml', 'app/skip/b.yaml', 'app/skip/keep/c.yaml']);
  });

  it('follows the rules of the resource and of ignore files instead, each in its folder', async () => {
    assert.deepEqual(await kept({}, 'app/skip/\n!app/skip/keep\n'), [
      ...['.github/ci.yaml', 'app/a.yaml', 'app/skip/keep/c.yaml', 'logo.png'],
    ]);
    assert.deepEqual(await kept({ 'app/.sourceignore': 'skip/\n', 'other/skip/d.yaml': 'd' }), [
      ...['.github/ci.yaml', 'app/.sourceignore', 'app/a.yaml', 'logo.png', 'other/skip/d.yaml'],
    ]);
  });

  it('is a tree in which a folder of a kept file is there though it is left out itself', async () => {
    const { tree } = await content(files, 'app/skip/\n!app/skip/keep\n');
    const listed = await tree.list(['app', 'app/skip', 'app/skip/keep', 'nowhere']);
    assert.deepEqual(
      listed.map((entries) => entries?.map(({ name }) => name)),
      [['a.yaml', 'skip'], ['keep'], ['c.yaml'], undefined],
    );
    const [file, gone] = await tree.read(['app/skip/keep/c.yaml', 'app/skip/b.yaml']);
    assert.equal(new TextDecoder().decode(file?.bytes), 'c');
    assert.equal(gone, undefined);
  });
});

describe('a packed artifact', () => {
  it('has the digests that source-controller gives it', async () => {
    const cases: unknown = JSON.parse(readFileSync(new URL('testdata/recorded-digests.json', import.meta.url), 'utf8'));
    assert.ok(Array.isArray(cases) && cases.length > 0);
    const store = createArtifactStore({ directory: directory(), now: Date.now });
    for (const one of cases as { files: Record<string, string>; ignore?: string; digest: string; size: number }[]) {
      const artifact = await store.store(owner, revision('a'), await content(one.files, one.ignore));
      assert.deepEqual([artifact.size, artifact.digest], [one.size, one.digest], Object.keys(one.files).join(' '));
    }
  });
});
