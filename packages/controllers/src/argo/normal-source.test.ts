import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { normalSource } from './normal-source.ts';

const repository = { repoURL: 'https://example.com/repo.git', path: 'app' };

describe('a source in its normal form', () => {
  it('has no option that is off, and no section without options', () => {
    assert.deepEqual(
      normalSource({ ...repository, directory: { recurse: false }, kustomize: { images: [] } }),
      repository,
    );
  });

  it('keeps what is said beside an option that is off', () => {
    const source = { ...repository, directory: { recurse: false, include: '*.yaml' } };
    assert.deepEqual(normalSource(source), { ...repository, directory: { include: '*.yaml' } });
  });

  it('keeps values as they were written', () => {
    const source = { ...repository, helm: { valuesObject: { enabled: false, list: [] } } };
    assert.deepEqual(normalSource(source), source);
  });
});
