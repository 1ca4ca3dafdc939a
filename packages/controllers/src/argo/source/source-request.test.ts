import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { memoryTree } from '@capstan/tree';
import type { Source } from '../application.ts';
import { substitute } from './build-environment.ts';
import { sourceRequest } from './source-request.ts';

const facts = {
  application: {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'web', namespace: 'argocd' },
  },
  name: 'web',
  namespace: 'shop',
  project: 'default',
  revision: '0123456789abcdef',
  settings: {
    kustomizeBuildOptions: '',
    kustomizeVersions: ['v4.5.7'],
    detected: { kustomize: true, helm: true, directory: true },
  },
};
const base: Source = { repoURL: 'https://git.example/r', path: 'app', targetRevision: 'main' };
const files = { 'app/kustomization.yaml': 'resources: []\n' };
const request = (more: Record<string, string>, source: Source = base, name = 'web') =>
  sourceRequest(memoryTree({ ...files, ...more }), source, { ...facts, name });
const fails = (made: Promise<unknown>, text: RegExp, code: 'RENDER_INVALID' | 'RENDER_NOT_FOUND' | 'NOT_HONOURED') =>
  assert.rejects(made, (error) => {
    assert.ok(isCapstanError(error, code), String(error));
    assert.match(error.message, text);
    return true;
  });

describe('files of a folder that say how it is rendered', () => {
  it('are laid over the source, first what all have, then what one Application has', async () => {
    const found = await request(
      {
        'app/.argocd-source.yaml': 'kustomize: {namePrefix: all-, images: ["a:1"]}\n',
        'app/.argocd-source-web.yaml': 'kustomize: {images: ["a:2"], commonLabels: {x: z}}\n',
        'app/.argocd-source-other.yaml': 'kustomize: {nameSuffix: -other}\n',
      },
      { ...base, kustomize: { nameSuffix: '-s', commonLabels: { a: 'b' } } },
    );
    assert.deepEqual(found.engine === 'kustomize' && found.kustomization, {
      namePrefix: 'all-',
      nameSuffix: '-s',
      images: [{ name: 'a', newTag: '2' }],
      addLabels: { pairs: { a: 'b', x: 'z' } },
    });
    const team = await request(
      { 'app/.argocd-source-team_web.yaml': 'kustomize: {namePrefix: t-}\n' },
      base,
      'team_web',
    );
    assert.deepEqual(team.engine === 'kustomize' && team.kustomization, { namePrefix: 't-' });
  });

  it('cannot say where the source comes from, take anything away, or use what is not honoured', async () => {
    const found = await request(
      { 'app/.argocd-source.yaml': 'path: other\nrepoURL: elsewhere\nkustomize: null\n', 'other/x': '' },
      {
        ...base,
        kustomize: { namePrefix: 'a-' },
      },
    );
    assert.equal(found.path, 'app');
    assert.deepEqual(found.engine === 'kustomize' && found.kustomization, { namePrefix: 'a-' });
    await fails(request({ 'app/.argocd-source.yaml': 'plugin: {name: x}\n' }), /spec.source.plugin/, 'NOT_HONOURED');
    assert.equal((await request({ 'app/.argocd-source.yaml': '' })).engine, 'detect');
  });

  it('are told by name where they cannot be read', async () => {
    const path = 'app/.argocd-source.yaml';
    const words = /error while parsing source parameters: app\/\.argocd-source\.yaml: /;
    await fails(request({ [path]: 'kustomize: {broken\n' }), words, 'RENDER_INVALID');
    await fails(request({ [path]: '[1]\n' }), words, 'RENDER_INVALID');
    await fails(request({ [path]: 'kustomize: {namePrefix: [1]}\n' }), words, 'RENDER_INVALID');
  });
});

describe('the folder of a source', () => {
  it('is one of the repository', async () => {
    assert.equal((await request({}, { ...base, path: './app/../app/' })).path, 'app');
    await fails(request({}, { ...base, path: '/app' }), /^\/app: app path is absolute/, 'RENDER_NOT_FOUND');
    await fails(request({}, { ...base, path: '../x' }), /^\.\.\/x: app path outside root/, 'RENDER_NOT_FOUND');
    await fails(request({}, { ...base, path: 'gone' }), /^gone: app path does not exist/, 'RENDER_NOT_FOUND');
    const file = request({}, { ...base, path: 'app/kustomization.yaml' });
    await fails(file, /app path is not a directory/, 'RENDER_NOT_FOUND');
  });
});

describe('a version of kustomize', () => {
  it('is one that the settings declare', async () => {
    await request({}, { ...base, kustomize: { version: 'v4.5.7' } });
    const made = request({}, { ...base, kustomize: { version: 'v9' } });
    await fails(made, /error getting kustomize binary path: kustomize version v9 is not registered/, 'RENDER_INVALID');
  });
});

describe('variables in options', () => {
  it('are found as Go’s os.Expand finds them', () => {
    const environment = new Map([['A', 'x']]);
    const expected: Readonly<Record<string, string>> = {
      '$A-${A}': 'x-x',
      '$B${B}': '',
      $$A: '$A',
      '${$}A': '$A',
      '$-$A_': '',
      '${}a': 'a',
      '${A': 'A',
      a$: 'a$',
      '$ A': '$ A',
      $1A: 'A',
      $é: '$é',
      '${A}$A.': 'xx.',
    };
    for (const [text, result] of Object.entries(expected)) assert.equal(substitute(text, environment), result, text);
  });
});
