import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { imageOf, renderRequestOf } from './render-request.ts';

describe('a source', () => {
  it('is rendered by what stands in its folder', () => {
    assert.deepEqual(renderRequestOf({ repoURL: 'r', path: '/app', directory: { recurse: true, exclude: '*.json' } }), {
      engine: 'detect',
      path: 'app',
      directory: { recurse: true, exclude: '*.json' },
    });
  });

  it('lays its options over a kustomization', () => {
    const { kustomization } = renderRequestOf({
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
      commonLabels: { team: 'one' },
      images: [{ name: 'nginx', newTag: '1.28' }],
      replicas: [{ name: 'web', count: 3 }],
    });
  });

  it('labels without selectors where it is asked to', () => {
    const { kustomization } = renderRequestOf({
      repoURL: 'r',
      path: 'app',
      kustomize: { commonLabels: { team: 'one' }, labelWithoutSelector: true, labelIncludeTemplates: true },
    }) as { kustomization: unknown };
    assert.deepEqual(kustomization, {
      labels: [{ pairs: { team: 'one' }, includeSelectors: false, includeTemplates: true }],
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
