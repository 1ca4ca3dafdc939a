import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { buildEnvironment } from './build-environment.ts';
import { explicitType, imageOf, normalizedSource, renderRequestOf } from './render-request.ts';

const environment = buildEnvironment(
  { repoURL: 'r', path: 'app', targetRevision: 'main' },
  { name: 'web', namespace: 'shop', project: 'default', revision: '0123456789abcdef' },
);
const detected = { kustomize: true, helm: true, directory: true };
const setting = { folder: 'app', environment, buildOptions: '', detected };
const requestOf = (source: Parameters<typeof renderRequestOf>[0], buildOptions = '') =>
  renderRequestOf(source, { ...setting, buildOptions });

describe('a source', () => {
  it('is rendered by what stands in its folder', () => {
    assert.deepEqual(requestOf({ repoURL: 'r', path: 'app' }), {
      engine: 'detect',
      path: 'app',
      directory: { recurse: false },
    });
  });

  it('is rendered with the tool that its options are of', () => {
    assert.deepEqual(requestOf({ repoURL: 'r', path: 'app', directory: { recurse: true, exclude: '*.json' } }), {
      engine: 'directory',
      path: 'app',
      directory: { recurse: true, exclude: '*.json' },
    });
    assert.deepEqual(requestOf({ repoURL: 'r', kustomize: { namePrefix: 'a-' } }), {
      engine: 'kustomize',
      path: 'app',
      generate: false,
      kustomization: { namePrefix: 'a-' },
      order: 'legacy',
      loadRestrictions: 'root',
    });
    const both = { repoURL: 'r', kustomize: { namePrefix: 'a-' }, directory: { recurse: true } };
    assert.throws(
      () => requestOf(both),
      (error) =>
        isCapstanError(error, 'RENDER_INVALID') &&
        error.message.endsWith('multiple application sources defined: Kustomize,Directory'),
    );
  });

  it('is a plain folder, without programs, where settings switch the tools off', () => {
    const off = { ...setting, detected: { kustomize: false, helm: true, directory: false } };
    const directory = { recurse: false, withoutJsonnet: true };
    assert.deepEqual(renderRequestOf({ repoURL: 'r', kustomize: { namePrefix: 'a-' } }, off), {
      engine: 'directory',
      path: 'app',
      directory,
    });
    assert.deepEqual(renderRequestOf({ repoURL: 'r' }, off), {
      engine: 'detect',
      path: 'app',
      directory,
      ignored: ['Kustomize'],
    });
  });

  it('has no tool where its options say nothing', () => {
    const empty = {
      repoURL: 'r',
      kustomize: { images: [], namePrefix: '' },
      directory: { recurse: false, jsonnet: {} },
    };
    assert.equal(explicitType(normalizedSource(empty)), undefined);
    assert.equal(explicitType(normalizedSource({ ...empty, directory: { include: '*' } })), 'Directory');
  });

  it('fills in the build environment where Argo CD does', () => {
    const kustomize = {
      images: ['nginx:${ARGOCD_APP_REVISION_SHORT}'],
      commonLabels: { app: '$ARGOCD_APP_NAME' },
      commonAnnotations: { at: '$ARGOCD_APP_REVISION' },
    };
    const overlay = (options: object) =>
      (requestOf({ repoURL: 'r', kustomize: { ...kustomize, ...options } }) as { kustomization: object }).kustomization;
    assert.deepEqual(overlay({}), {
      images: [{ name: 'nginx', newTag: '0123456' }],
      addLabels: { pairs: { app: 'web' } },
      addAnnotations: { pairs: { at: '$ARGOCD_APP_REVISION' } },
    });
    const forced = overlay({ commonAnnotationsEnvsubst: true, forceCommonAnnotations: true, forceCommonLabels: true });
    assert.deepEqual(forced, {
      images: [{ name: 'nginx', newTag: '0123456' }],
      addLabels: { pairs: { app: 'web' }, force: true },
      addAnnotations: { pairs: { at: '0123456789abcdef' }, force: true },
    });
    const jsonnet = { tlas: [{ name: 'x', value: '"$ARGOCD_APP_NAMESPACE"', code: true }], libs: ['$ARGOCD_APP_NAME'] };
    assert.deepEqual(requestOf({ repoURL: 'r', directory: { jsonnet } }), {
      engine: 'directory',
      path: 'app',
      directory: {
        recurse: false,
        jsonnet: { tlas: [{ name: 'x', value: '"shop"', code: true }], libs: ['$ARGOCD_APP_NAME'] },
      },
    });
  });

  it('is built with the options that the settings name, and with no others', () => {
    const built = (options: string) => requestOf({ repoURL: 'r', kustomize: { namePrefix: 'a-' } }, options);
    const found = built('--load-restrictor LoadRestrictionsNone  --reorder=none --enable-helm -e X=1');
    assert.equal(found.engine === 'kustomize' && found.loadRestrictions, 'none');
    assert.equal(found.engine === 'kustomize' && found.order, 'input');
    assert.throws(() => built('--load-restrictor x'), /illegal flag value --load-restrictor x; legal values/);
    assert.throws(
      () => built('--output=/tmp'),
      (error) => isCapstanError(error, 'NOT_HONOURED'),
    );
  });

  it('lays its options over a kustomization', () => {
    const { kustomization } = requestOf({
      repoURL: 'r',
      path: 'app',
      kustomize: {
        namePrefix: 'a-',
        nameSuffix: '',
        commonLabels: { team: 'one' },
        images: ['nginx:1.28'],
        replicas: [{ name: 'web', count: 3 }],
      },
    }) as { kustomization: unknown };
    assert.deepEqual(kustomization, {
      namePrefix: 'a-',
      addLabels: { pairs: { team: 'one' } },
      images: [{ name: 'nginx', newTag: '1.28' }],
      replicas: [{ name: 'web', count: 3 }],
    });
  });

  it('labels without selectors where it is asked to', () => {
    const { kustomization } = requestOf({
      repoURL: 'r',
      path: 'app',
      kustomize: { commonLabels: { team: 'one' }, labelWithoutSelector: true, labelIncludeTemplates: true },
    }) as { kustomization: unknown };
    assert.deepEqual(kustomization, {
      addLabels: { pairs: { team: 'one' }, withoutSelector: true, includeTemplates: true },
    });
  });
});

describe('an image override', () => {
  it('is read as kustomize reads it', () => {
    assert.deepEqual(imageOf('nginx:1.28'), { name: 'nginx', newTag: '1.28' });
    assert.deepEqual(imageOf('nginx=registry.example:5000/web/nginx:2'), {
      name: 'nginx',
      newName: 'registry.example:5000/web/nginx',
      newTag: '2',
    });
    assert.deepEqual(imageOf('registry.example:5000/nginx'), { name: 'registry.example:5000/nginx' });
    assert.deepEqual(imageOf('nginx@sha256:abc'), { name: 'nginx', digest: 'sha256:abc' });
  });
});
