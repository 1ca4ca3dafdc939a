import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { localManifests } from './local-manifests.ts';

const manifest = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } });
const wanted = { revisions: ['main', 'v1'], manifests: [manifest] };

describe('manifests that an operation brings along', () => {
  it('take the place of what all of its sources hold', () => {
    const generation = localManifests({ project: {} }, wanted);
    assert.ok(generation.kind === 'generated');
    assert.deepEqual(
      generation.sources.map(({ revision, objects }) => [revision, objects.map(({ kind }) => kind)]),
      [
        ['main', ['ConfigMap']],
        ['v1', []],
      ],
    );
  });

  it('are told apart from what is no manifest', () => {
    const generation = localManifests({ project: {} }, { ...wanted, manifests: ['{'] });
    assert.ok(generation.kind === 'failed');
    assert.match(generation.error.message, /^Failed to load local manifests: /);
  });

  it('are let in by no project that wants to know who signed', () => {
    const generation = localManifests({ project: { signatureKeys: [{ keyID: 'A' }] } }, wanted);
    assert.ok(generation.kind === 'failed');
    assert.equal(generation.error.message, 'Cannot use local manifests when source integrity is enforced');
  });
});
