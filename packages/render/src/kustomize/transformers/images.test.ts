import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changeImage, splitImage } from './images.ts';

describe('an image', () => {
  it('is split into name, tag and digest; the port of a registry is no tag', () => {
    assert.deepEqual(splitImage('nginx'), { name: 'nginx', tag: '', digest: '' });
    assert.deepEqual(splitImage('reg:5000/a/b'), { name: 'reg:5000/a/b', tag: '', digest: '' });
    assert.deepEqual(splitImage('reg:5000/a/b:1'), { name: 'reg:5000/a/b', tag: '1', digest: '' });
    assert.deepEqual(splitImage('a/b:1@sha256:ff'), { name: 'a/b', tag: '1', digest: 'sha256:ff' });
    assert.deepEqual(splitImage('a@sha256:ff'), { name: 'a', tag: '', digest: 'sha256:ff' });
  });

  it('keeps tag and digest with a new name, and changes one for the other', () => {
    assert.equal(changeImage('a:1@sha256:ff', { name: 'a', newName: 'b' }), 'b:1@sha256:ff');
    assert.equal(changeImage('a:1@sha256:ff', { name: 'a', newTag: '2' }), 'a:2');
    assert.equal(changeImage('a:1', { name: 'a', digest: 'sha256:00' }), 'a@sha256:00');
    assert.equal(changeImage('a:1', { name: 'a', newTag: '2', digest: 'sha256:00' }), 'a:2@sha256:00');
    assert.equal(changeImage('a:1', { name: 'a', tagSuffix: '-x' }), 'a:1-x');
  });
});
