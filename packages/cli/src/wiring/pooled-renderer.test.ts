import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { CapstanError, isCapstanError } from '@capstan/errors';
import type { Renderer } from '@capstan/controllers';
import type { RenderRequest } from '@capstan/render';
import type { GitRequest, RemoteAccess } from '@capstan/source';
import { memoryTree, type MemoryFiles, type RemoteAnswer, type RemoteRequest } from '@capstan/tree';
import { pooledRenderer } from './pooled-renderer.ts';

const request: RenderRequest = { engine: 'kustomize', path: '', generate: false, order: 'input' };
const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;
const secretSource: GitRequest = {
  url: 'https://git.example/team/app.git',
  timeoutSeconds: 1,
  credentials: { basic: { username: 'u', password: 'p' } },
};

let places: Record<string, MemoryFiles | string> = {};
let asked: string[] = [];
/** Which URLs need the credentials of a source. */
let locked: readonly string[] = [];

function answer({ kind, url }: RemoteRequest, access: RemoteAccess): RemoteAnswer {
  asked.push(url);
  const place = places[url];
  if (locked.includes(url) && access.source === undefined)
    return { kind: 'failed', error: new CapstanError('GIT_AUTH_FAILED', 'a password is needed') };
  if (kind === 'file' && typeof place === 'string')
    return { kind, bytes: new TextEncoder().encode(place), digest: `text:${place}` };
  if (kind === 'repository' && typeof place === 'object') {
    const tree = memoryTree(place);
    return { kind, commit: tree.digest, tree };
  }
  return { kind: 'status', status: 404 };
}

const renderer: Renderer = pooledRenderer({
  workers: 1,
  remotes: {
    fetchFor:
      (access = {}) =>
      async (requests) =>
        requests.map((one) => answer(one, access)),
  },
});
after(() => renderer.close());

const overlay = memoryTree({
  'kustomization.yaml': 'resources: ["git@git.example:o/base.git/app", "https://git.example/x.yaml"]\nnamePrefix: p-\n',
});

function reset(): void {
  asked = [];
  locked = [];
  places = {
    'git@git.example:o/base.git': {
      'app/kustomization.yaml': 'resources: ["git@git.example:o/more.git"]\n',
    },
    'git@git.example:o/more.git': { 'kustomization.yaml': 'resources: [a.yaml]\n', 'a.yaml': configMap('a') },
    'https://git.example/x.yaml': configMap('x'),
  };
}

const render = (owner: string, remotes?: { readonly source?: GitRequest }) =>
  renderer.render({ owner, tree: overlay, request, ...(remotes === undefined ? {} : { remotes }) });

const refused = (promise: Promise<unknown>, code: string) =>
  assert.rejects(promise, (error) => isCapstanError(error) && error.code === code);

describe('a render in a worker that names something elsewhere', () => {
  it('is given it by the parent, for as often as it finds that it needs more', async () => {
    reset();
    const { manifests } = await render('a', {});
    assert.equal(manifests.text, [configMap('p-a'), configMap('p-x')].join('---\n'));
    assert.deepEqual(asked, ['git@git.example:o/base.git', 'https://git.example/x.yaml', 'git@git.example:o/more.git']);
    assert.equal(manifests.remotes.length, 3);
  });

  it('is used again while everything there is the same, and made anew when a base has changed', async () => {
    reset();
    assert.equal((await render('a', {})).cached, true);
    places['git@git.example:o/more.git'] = { 'kustomization.yaml': 'resources: [a.yaml]\n', 'a.yaml': configMap('b') };
    const { manifests, cached } = await render('a', {});
    assert.equal(cached, false);
    assert.match(manifests.text, /name: p-b\n/);
  });

  it('is refused to who may fetch nothing, though another has it', async () => {
    reset();
    await render('a', {});
    await refused(render('b'), 'REMOTE_NOT_ALLOWED');
    assert.equal(await renderer.isAsBefore('a', overlay), false);
  });

  it('is not given, where credentials opened it, to who has none', async () => {
    reset();
    locked = ['git@git.example:o/more.git'];
    assert.match((await render('a', { source: secretSource })).manifests.text, /name: p-a\n/);
    await refused(render('b', {}), 'GIT_AUTH_FAILED');
  });

  it('tells what went wrong there', async () => {
    reset();
    places = {};
    await refused(render('a', {}), 'REMOTE_FAILED');
  });
});
