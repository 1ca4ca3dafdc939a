import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { sha256Hex } from './sha256.ts';

describe('sha256Hex', () => {
  it('agrees with the known digests', () => {
    assert.equal(sha256Hex(''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    assert.equal(sha256Hex('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('agrees with another implementation at every length around a block, and on a slice of a buffer', () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, index) => (index * 31) % 256);
    for (let length = 0; length < 280; length++) {
      const part = bytes.subarray(7, 7 + length);
      assert.equal(sha256Hex(part), createHash('sha256').update(part).digest('hex'));
    }
  });
});
