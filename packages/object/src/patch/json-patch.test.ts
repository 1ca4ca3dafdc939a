import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonValue } from '../json-value.ts';
import { parseJson } from '../json/parse-json.ts';
import { applyJsonPatch } from './json-patch.ts';

const document: JsonValue = { a: 1, list: [1, 2, 3], 'x/y': { 'm~n': true } };
const apply = (...patch: JsonValue[]) => applyJsonPatch(document, patch);
const invalid = (message: RegExp) => ({ code: 'PATCH_INVALID', message });

describe('applyJsonPatch', () => {
  it('carries out every operation, and leaves the document as it is', () => {
    const before = structuredClone(document);
    assert.deepEqual(
      apply(
        { op: 'test', path: '/a', value: 1 },
        { op: 'add', path: '/list/1', value: 9 },
        { op: 'add', path: '/list/-', value: 4 },
        { op: 'remove', path: '/list/0' },
        { op: 'replace', path: '/x~1y/m~0n', value: [] },
        { op: 'copy', from: '/list', path: '/copy' },
        { op: 'move', from: '/a', path: '/b' },
      ),
      { b: 1, list: [9, 2, 3, 4], copy: [9, 2, 3, 4], 'x/y': { 'm~n': [] } },
    );
    assert.deepEqual(document, before);
  });

  it('has the leniencies of the API server', () => {
    assert.deepEqual(applyJsonPatch({}, [{ op: 'replace', path: '/absent', value: 1 }]), { absent: 1 });
    assert.deepEqual(applyJsonPatch({}, [{ op: 'add', path: '/absent' }]), { absent: null });
    assert.deepEqual(applyJsonPatch({}, [{ op: 'copy', from: '/absent', path: '/b' }]), { b: null });
    assert.deepEqual(applyJsonPatch({}, [{ op: 'test', path: '/absent', value: null }]), {});
    assert.deepEqual(applyJsonPatch({}, [{ op: 'add', path: 'ignored/a', value: 1 }]), { a: 1 });
    assert.deepEqual(applyJsonPatch([1, 2], [{ op: 'remove', path: '/-1' }]), [1]);
    assert.deepEqual(applyJsonPatch({ a: 1 }, [{ op: 'replace', path: '', value: { b: 1 } }]), { b: 1 });
  });

  it('refuses what does not apply, and tells where', () => {
    assert.throws(
      () => apply({ op: 'add', path: '/no/where', value: 1 }),
      invalid(/doc is missing path: "\/no\/where"/),
    );
    assert.throws(() => apply({ op: 'remove', path: '/b' }), invalid(/Unable to remove nonexistent key: b/));
    assert.throws(() => apply({ op: 'remove', path: '/list/3' }), invalid(/invalid index: 3/));
    assert.throws(() => apply({ op: 'add', path: '/list/x', value: 1 }), invalid(/invalid index: x/));
    assert.throws(() => apply({ op: 'test', path: '/a', value: 2 }), invalid(/testing value \/a failed/));
    assert.throws(() => apply({ op: 'add', path: '/a/b', value: 1 }), invalid(/missing path/));
    assert.throws(() => apply({ op: 'add', path: '', value: 1 }), invalid(/missing path/));
    assert.throws(() => apply({ op: 'merge', path: '/a' }), invalid(/Unexpected kind: merge/));
    assert.throws(() => apply({ op: 'add' }), invalid(/missing path field/));
    assert.throws(() => applyJsonPatch({}, {}), invalid(/list of operations/));
  });

  it('bounds operations and what copies add up to', () => {
    const many = Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/a', value: 1 }));
    assert.throws(() => apply(...many), invalid(/more than 10000/));
    const doubling: JsonValue[] = Array.from({ length: 40 }, (_, index) => ({
      op: 'copy',
      from: '',
      path: `/${index}`,
    }));
    assert.throws(() => applyJsonPatch({ a: {} }, [{ op: 'copy', from: '/a', path: '/a/b' }, ...doubling]), {
      code: 'PATCH_INVALID',
    });
    const grow = Array.from({ length: 40 }, (_, index) => ({ op: 'copy', from: '/a', path: `/a/${index}` }));
    assert.throws(() => applyJsonPatch({ a: { text: 'x'.repeat(100) } }, grow), invalid(/exceeding the limit/));
  });

  it('takes __proto__ as a key like any other', () => {
    const result = applyJsonPatch({}, [{ op: 'add', path: '/__proto__', value: { polluted: 1 } }]);
    assert.deepEqual(Object.keys(result as object), ['__proto__']);
    const inner = applyJsonPatch(parseJson('{"__proto__":{}}'), [{ op: 'add', path: '/__proto__/x', value: 1 }]);
    assert.deepEqual(inner, parseJson('{"__proto__":{"x":1}}'));
    assert.equal(({} as Record<string, unknown>)['x'], undefined);
  });
});
