import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonValue } from '../json-value.ts';
import { applyMergePatch, createMergePatch } from './merge-patch.ts';
import { createThreeWayMergePatch } from './three-way-merge-patch.ts';

describe('a JSON merge patch', () => {
  it('merges mappings, replaces all else, deletes by null (RFC 7386, appendix A)', () => {
    const cases: readonly (readonly [JsonValue, JsonValue, JsonValue])[] = [
      [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
      [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
      [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
      [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
      [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
      [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
      [['a'], { a: 'b' }, { a: 'b' }],
      [{ e: null }, { a: 1 }, { e: null, a: 1 }],
      [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
      [{}, { a: [null, { x: null, y: 1 }] }, { a: [null, { y: 1 }] }],
    ];
    for (const [document, patch, expected] of cases) assert.deepEqual(applyMergePatch(document, patch), expected);
    assert.throws(() => applyMergePatch({}, [1]), { code: 'PATCH_INVALID' });
  });

  it('is made of two documents, and leads from one to the other', () => {
    const original = { a: 1, b: { c: 1, d: [1] }, e: 'x', same: { deep: [{}] } };
    const modified = { a: 2, b: { c: 1, d: [1, 2] }, f: { g: 1 }, same: { deep: [{}] } };
    const patch = createMergePatch(original, modified);
    assert.deepEqual(patch, { a: 2, b: { d: [1, 2] }, e: null, f: { g: 1 } });
    assert.deepEqual(applyMergePatch(original, patch), modified);
  });
});

describe('a three-way JSON merge patch', () => {
  it('changes what differs from live, deletes what was applied and is wanted no more, leaves what others added', () => {
    const patch = createThreeWayMergePatch({
      original: { spec: { a: 1, gone: 1, nested: { x: 1, y: 1 } } },
      modified: { spec: { a: 2, new: {}, nested: { y: 1 } } },
      current: { spec: { a: 1, gone: 1, others: 1, nested: { x: 1, y: 1, z: 1 } }, status: {} },
    });
    assert.deepEqual(patch, { spec: { a: 2, gone: null, new: {}, nested: { x: null } } });
  });

  it('is empty where nothing is to do', () => {
    const same = { spec: { list: [1, { a: 1 }] } };
    assert.deepEqual(createThreeWayMergePatch({ original: same, modified: same, current: { ...same, other: 1 } }), {});
  });
});
