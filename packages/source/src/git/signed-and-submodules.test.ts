import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createGitRepository, type GitRepository } from '@capstan/testkit';
import { walkTree, type FileTree } from '@capstan/tree';
import type { GitRequest, GitSource } from '../git-source.ts';
import { startGitHost } from '../host/git-host.ts';
import { createGitSource } from './git-source.ts';
import { signedRevision } from './signed-revision.ts';
import { sparseTree } from './sparse-tree.ts';
import { submoduleRequest } from './submodules.ts';
import { treeWithSubmodules } from './tree-with-submodules.ts';

const undo: (() => Promise<unknown>)[] = [];
const { signal } = new AbortController();
let main: GitRepository;
let library: GitRepository;
let source: GitSource;
let request: GitRequest;
let libraryCommit = '';

before(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'capstan-signed-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  main = await createGitRepository(join(folder, 'root', 'main.git'));
  library = await createGitRepository(join(folder, 'root', 'library.git'));
  const host = await startGitHost({ root: join(folder, 'root'), port: 0 });
  undo.push(() => host.close());
  libraryCommit = await library.commit({ 'lib.yaml': 'lib: 1\n' }, 'library');
  request = { url: `${host.url}/main.git`, timeoutSeconds: 30 };
  source = createGitSource({ cacheDirectory: join(folder, 'cache') });
  undo.push(() => source.close());
});

after(async () => {
  for (const step of undo.reverse()) await step();
});

async function filesOf(tree: FileTree): Promise<readonly string[]> {
  return (await walkTree(tree, '')).filter(({ kind }) => kind === 'file').map(({ path }) => path);
}

/** A commit whose tree has a submodule, as `git submodule add` makes it. */
async function withSubmodule(modules: string, path: string, commit: string): Promise<string> {
  await main.commit({ 'app.yaml': 'app: 1\n', '.gitmodules': modules }, 'with a submodule');
  const entry = (hash: string) => Buffer.from(hash, 'hex');
  const blob = (await main.git('rev-parse', 'main:.gitmodules')).trim();
  const app = (await main.git('rev-parse', 'main:app.yaml')).trim();
  const tree = await main.writeObject(
    'tree',
    Buffer.concat([
      Buffer.from('100644 .gitmodules\0'),
      entry(blob),
      Buffer.from('100644 app.yaml\0'),
      entry(app),
      Buffer.from(`160000 ${path}\0`),
      entry(commit),
    ]),
  );
  const made = (await main.git('commit-tree', '-p', 'main', '-m', 'submodule', tree.trim())).trim();
  await main.setRef('refs/heads/main', made);
  return made;
}

describe('what was signed', () => {
  it('is read of a commit, and of the tag that led to it', async () => {
    const commit = await main.commit({ 'a.yaml': 'a: 1\n' }, 'first');
    await main.tag('v1', { message: 'one' });
    await main.tag('plain');
    const bare = await signedRevision(source, request, { commit, reference: 'refs/heads/main' });
    assert.equal(bare.commit.message.trim(), 'first');
    assert.equal(bare.commit.signature, undefined);
    assert.equal(bare.tag, undefined);
    const { tag } = await signedRevision(source, request, { commit, reference: 'refs/tags/v1' });
    assert.equal(tag?.name, 'v1');
    assert.equal(tag.object?.message.trim(), 'one');
    assert.notEqual(tag.hash, commit);
    const plain = await signedRevision(source, request, { commit, reference: 'refs/tags/plain' });
    assert.deepEqual({ ...plain.tag, object: plain.tag?.object }, { name: 'plain', hash: commit, object: undefined });
  });

  it('is of the tag that was resolved: one that was moved meanwhile is refused', async () => {
    const commit = await main.commit({ 'a.yaml': 'a: 2\n' }, 'second');
    await main.tag('moving', { message: 'x' });
    await main.commit({ 'a.yaml': 'a: 3\n' }, 'third');
    await main.tag('moving', { message: 'x' });
    await assert.rejects(signedRevision(source, request, { commit, reference: 'refs/tags/moving' }), {
      code: 'GIT_REF_NOT_FOUND',
    });
  });
});

describe('submodules', () => {
  it('are part of the tree, wherever their URL leads from their parent', async () => {
    const commit = await withSubmodule(
      '[submodule "library"]\n\tpath = library\n\turl = ../library.git\n',
      'library',
      libraryCommit,
    );
    const tree = await treeWithSubmodules(source, request, { commit, reference: '' }, signal);
    assert.deepEqual(await filesOf(tree), ['.gitmodules', 'app.yaml', 'library/lib.yaml']);
  });

  it('that are declared and not there, or there and not declared, are none', async () => {
    const commit = await withSubmodule(
      '[submodule "x"]\n\tpath = elsewhere\n\turl = ../library.git\n[submodule "y"]\n\tpath = ../../up\n\turl = ../library.git\n',
      'library',
      libraryCommit,
    );
    await source.tree(request, { commit, reference: '' });
    assert.deepEqual(await source.submodules(request, commit), []);
  });

  it('get the credentials of their parent on the same server, and nowhere else', () => {
    const parent: GitRequest = {
      url: 'https://git.example/team/main.git',
      timeoutSeconds: 1,
      credentials: { basic: { username: 'u', password: 'p' }, proxy: 'http://proxy.example:3128' },
    };
    const of = (url: string) => submoduleRequest(parent, { url });
    assert.deepEqual(of('../library.git'), { ...parent, url: 'https://git.example/team/library.git' });
    for (const url of ['https://evil.example/x.git', 'http://git.example/x.git', 'https://git.example:8443/x.git'])
      assert.deepEqual(of(url), { url, timeoutSeconds: 1, credentials: { proxy: 'http://proxy.example:3128' } });
  });
});

describe('a sparse checkout', () => {
  it('leaves the files whose path begins as one of its folders', async () => {
    const commit = await main.commit(
      { 'apps/a/x.yaml': '', 'apps/ab/y.yaml': '', 'infra/z.yaml': '', 'top.yaml': '' },
      'folders',
      { replace: true },
    );
    const tree = await source.tree(request, { commit, reference: '' });
    assert.deepEqual(await filesOf(await sparseTree(tree, ['./apps/a'])), ['apps/a/x.yaml', 'apps/ab/y.yaml']);
    assert.deepEqual(await filesOf(await sparseTree(tree, ['apps/a/', 'infra'])), ['apps/a/x.yaml', 'infra/z.yaml']);
  });

  it('leaves no folder empty: an empty one would mean that Git has emptied it', async () => {
    const commit = await main.commit({ 'apps/a/x.yaml': '', 'top.yaml': '' }, 'folders', { replace: true });
    const tree = await source.tree(request, { commit, reference: '' });
    for (const folder of ['apps/../..', 'apps//', 'apps/.', 'apps/a/y', 'apps/a/x.yaml/', './/apps']) {
      const sparse = await sparseTree(tree, [folder]);
      assert.deepEqual(await sparse.list(['', 'apps', 'apps/a']), [[], undefined, undefined], folder);
    }
    const [root] = await (await sparseTree(tree, ['apps//', 'top'])).list(['']);
    assert.deepEqual(
      root?.map(({ name }) => name),
      ['top.yaml'],
    );
  });
});
