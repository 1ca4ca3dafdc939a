import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CapstanError, isCapstanError, type ErrorCode } from '@capstan/errors';
import { memoryTree, type MemoryFiles } from '@capstan/tree';
import { stringifyAll } from '@capstan/yaml';
import { buildKustomization, type BuildOptions } from './build.ts';
import type { FetchRemote, RemoteAnswer, RemoteRequest } from '@capstan/tree';
import { DEFAULT_RENDER_LIMITS } from '../limits.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const pod = (name: string) => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n`;
const base = { 'kustomization.yaml': 'resources: [pod.yaml]\n', 'pod.yaml': pod('web') };

/** What lies elsewhere: repositories and files by URL, and what has been asked for. */
function elsewhere(places: Readonly<Record<string, MemoryFiles | string | number>>): {
  readonly fetch: FetchRemote;
  readonly asked: RemoteRequest[][];
} {
  const asked: RemoteRequest[][] = [];
  const answer = (request: RemoteRequest): RemoteAnswer => {
    const place = places[request.url];
    if (typeof place === 'number') return { kind: 'status', status: place };
    if (request.kind === 'file' && typeof place === 'string')
      return { kind: 'file', digest: `text:${place}`, bytes: new TextEncoder().encode(place) };
    if (request.kind === 'repository' && typeof place === 'object')
      return { kind: 'repository', commit: COMMIT, tree: memoryTree(place) };
    return { kind: 'failed', error: new CapstanError('GIT_UNREACHABLE', 'nobody is there') };
  };
  return { asked, fetch: async (requests) => (asked.push([...requests]), requests.map(answer)) };
}

async function build(files: MemoryFiles, options: Partial<BuildOptions> = {}): Promise<string> {
  const resources = await buildKustomization(memoryTree(files), '', { order: 'input', ...options });
  return stringifyAll(resources.map(({ object }) => object));
}

const overlay = (...resources: string[]): MemoryFiles => ({
  'kustomization.yaml': `resources: ${JSON.stringify(resources)}\n`,
});

const fails = (promise: Promise<unknown>, code: ErrorCode, text: RegExp) =>
  assert.rejects(promise, (error) => {
    assert.ok(isCapstanError(error), String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, text);
    return true;
  });

describe('a base that lies elsewhere', () => {
  it('is built from its repository at the reference that its URL names', async () => {
    const { fetch, asked } = elsewhere({
      'https://example.org/org/repo': {
        'a/b/kustomization.yaml': 'resources: [../pod.yaml]\nnamePrefix: x-\n',
        'a/pod.yaml': pod('web'),
      },
    });
    const url = 'https://example.org/org/repo//a/b?ref=v1&timeout=9&submodules=false';
    await fails(
      build(overlay(url), { fetch }),
      'RENDER_INVALID',
      /security; file 'a\/pod.yaml' is not in or below 'a\/b'/,
    );
    assert.deepEqual(asked.flat(), [
      { kind: 'file', url },
      { kind: 'repository', url: 'https://example.org/org/repo', ref: 'v1', submodules: false, timeoutSeconds: 9 },
    ]);
  });

  it('may stand on folders beside it, but on none outside of its repository', async () => {
    const repo = {
      'over/kustomization.yaml': 'resources: [../base]\nnamePrefix: x-\n',
      'base/kustomization.yaml': 'resources: [pod.yaml]\n',
      'base/pod.yaml': pod('web'),
    };
    const { fetch } = elsewhere({ 'git@example.org:org/repo.git': repo });
    assert.equal(await build(overlay('git@example.org:org/repo.git/over'), { fetch }), pod('x-web'));
    const out = elsewhere({
      'git@example.org:org/repo.git': { 'over/kustomization.yaml': 'resources: [../../base]\n' },
    });
    await fails(
      build(
        { ...overlay('git@example.org:org/repo.git/over'), 'base/kustomization.yaml': 'namePrefix: a-\n' },
        { fetch: out.fetch },
      ),
      'RENDER_INVALID',
      /'..\/..\/base' is no path inside of the source/,
    );
  });

  it('is held to its own folder also where files of the source may lie anywhere', async () => {
    const { fetch } = elsewhere({
      'https://github.com/org/repo': { 'a/kustomization.yaml': 'resources: [../pod.yaml]\n', 'pod.yaml': pod('web') },
    });
    await fails(
      build(overlay('github.com/org/repo/a'), { fetch, loadRestrictions: 'none' }),
      'RENDER_INVALID',
      /security/,
    );
  });

  it('is asked for once, together with the others, however often it is named', async () => {
    const { fetch, asked } = elsewhere({
      'https://github.com/org/one': base,
      'https://github.com/org/two': { ...base, 'pod.yaml': pod('two') },
    });
    const text = await build(
      {
        'kustomization.yaml': 'resources: [a, b, "github.com/org/two"]\n',
        'a/kustomization.yaml': 'resources: ["github.com/org/one"]\nnamePrefix: a-\n',
        'b/kustomization.yaml': 'resources: ["github.com/org/one"]\nnamePrefix: b-\n',
      },
      { fetch },
    );
    assert.equal(text, [pod('a-web'), pod('b-web'), pod('two')].join('---\n'));
    assert.deepEqual(
      asked.map((batch) => batch.map(({ url }) => url)),
      [['https://github.com/org/two'], ['https://github.com/org/one']],
    );
  });

  it('may name others, but not itself again', async () => {
    const { fetch } = elsewhere({
      'https://github.com/org/one': overlay('github.com/org/two'),
      'https://github.com/org/two': base,
      'https://github.com/org/circle': overlay('github.com/org/back'),
      'https://github.com/org/back': overlay('github.com/org/circle'),
    });
    assert.equal(await build(overlay('github.com/org/one'), { fetch }), pod('web'));
    await fails(
      build(overlay('github.com/org/circle'), { fetch }),
      'RENDER_INVALID',
      /cycle detected: 'github.com\/org\/circle' is named again/,
    );
  });

  it('ends where too many stand on each other, or are named', async () => {
    const endless: FetchRemote = async (requests) =>
      requests.map(({ url }) => ({ kind: 'repository', commit: COMMIT, tree: memoryTree(overlay(`${url}a`)) }));
    const limits = { ...DEFAULT_RENDER_LIMITS, maxDepth: 10 };
    await fails(build(overlay('git@example.org:o/a'), { fetch: endless, limits }), 'RENDER_LIMIT', /more than 10 deep/);
    await fails(
      build(overlay('git@example.org:o/a'), { fetch: endless, limits: { ...limits, maxRemotes: 5 } }),
      'RENDER_LIMIT',
      /more than 5 files and repositories/,
    );
  });

  it('may be a component', async () => {
    const { fetch } = elsewhere({
      'https://github.com/org/repo': {
        'kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: c-\n',
      },
    });
    const files = {
      'kustomization.yaml': 'resources: [pod.yaml]\ncomponents: ["github.com/org/repo"]\n',
      'pod.yaml': pod('web'),
    };
    assert.equal(await build(files, { fetch }), pod('c-web'));
    await fails(
      build({ ...files, ...overlay('github.com/org/repo') }, { fetch }),
      'RENDER_INVALID',
      /expected kind != 'Component'/,
    );
  });

  it('tells its origin by repository, reference and path', async () => {
    const { fetch } = elsewhere({
      'https://github.com/org/repo': {
        'over/kustomization.yaml': 'resources: [../base]\nnamePrefix: x-\n',
        'base/kustomization.yaml': 'resources: [pod.yaml]\n',
        'base/pod.yaml': pod('web'),
      },
    });
    const files = {
      'kustomization.yaml':
        'resources: ["github.com/org/repo/over?ref=v1"]\nbuildMetadata: [originAnnotations, transformerAnnotations]\n',
    };
    assert.match(
      await build(files, { fetch }),
      /transformations: \|\n {6}- repo: https:\/\/github.com\/org\/repo\n {8}ref: v1\n {8}configuredIn: over\/kustomization.yaml\n[^]*origin: \|\n {6}path: base\/pod.yaml\n {6}repo: https:\/\/github.com\/org\/repo\n {6}ref: v1\n/,
    );
  });

  it('is refused by name where nothing may be fetched', async () => {
    for (const entry of [
      'https://example.org/pod.yaml',
      'github.com/org/repo//base?ref=v1',
      'git@example.org:o/r',
      'file:///srv/repo',
      'git::https://example.org/o/r',
    ])
      await fails(build(overlay(entry)), 'REMOTE_NOT_ALLOWED', /^kustomization.yaml: '.*' lies elsewhere/);
  });

  it('fails with what went wrong, without the password of its URL', async () => {
    const { fetch } = elsewhere({});
    await fails(build(overlay('git@example.org:o/r'), { fetch }), 'GIT_UNREACHABLE', /nobody is there/);
    await fails(
      build(overlay('https://me:secret@example.org/pod.yaml'), { fetch }),
      'GIT_UNREACHABLE',
      /^(?!.*secret)/,
    );
  });
});

describe('a file behind a URL', () => {
  it('may hold resources, a patch, a schema, definitions, data of a generator and variables', async () => {
    const { fetch } = elsewhere({
      'https://example.org/pod.yaml': pod('web'),
      'https://example.org/patch.yaml': `${pod('web')}  labels: {a: b}\n`,
      'https://example.org/schema.json': '{"definitions": {}}',
      'https://example.org/crd.json': '{}',
      'https://example.org/data.txt': 'hello',
      'https://example.org/config.yaml': 'namePrefix: []\n',
    });
    const text = await build(
      {
        'kustomization.yaml': `resources: ["https://example.org/pod.yaml"]
patches: [{path: "https://example.org/patch.yaml"}]
openapi: {path: "https://example.org/schema.json"}
crds: ["https://example.org/crd.json"]
configurations: ["https://example.org/config.yaml"]
configMapGenerator: [{name: data, files: ["https://example.org/data.txt"], options: {disableNameSuffixHash: true}}]
`,
      },
      { fetch },
    );
    assert.match(text, /labels:\n {4}a: b\n/);
    assert.match(text, /data:\n {2}data.txt: hello\n/);
  });

  it('is taken for a repository where a server says that it has none', async () => {
    const url = 'https://example.org/org/repo/over';
    const { fetch } = elsewhere({
      [url]: 404,
      'https://example.org/org/repo': {
        'over/kustomization.yaml': 'resources: [pod.yaml]\n',
        'over/pod.yaml': pod('web'),
      },
    });
    assert.equal(await build(overlay(url), { fetch }), pod('web'));
  });

  it('is taken for a repository where it holds no resources', async () => {
    const { fetch } = elsewhere({
      'https://example.org/org/repo?ref=a': '<html>\n<p>a: b: c</p>\n',
      'https://example.org/org/repo': base,
    });
    assert.equal(await build(overlay('https://example.org/org/repo?ref=a'), { fetch }), pod('web'));
  });

  it('fails with the status of a server where it can be no repository', async () => {
    const { fetch } = elsewhere({ 'https://example.org/none.yaml': 404 });
    await fails(build(overlay('https://example.org/none.yaml'), { fetch }), 'REMOTE_FAILED', /HTTP status 404/);
  });
});
