import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { sha256Digest } from './sha256.ts';

describe('sha256Digest', () => {
  it('agrees with the platform around every block boundary', () => {
    for (const length of [0, 1, 3, 54, 55, 56, 57, 63, 64, 65, 119, 120, 1000]) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 31 + length) & 0xff);
      assert.equal(sha256Digest(bytes), `sha256:${createHash('sha256').update(bytes).digest('hex')}`);
    }
  });
});
