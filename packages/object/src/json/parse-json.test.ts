import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseJson } from './parse-json.ts';

const invalid = (message: RegExp) => ({ code: 'JSON_INVALID', message });

describe('parseJson', () => {
  it('keeps integers within int64 exactly and takes other numbers as float64', () => {
    const text =
      '[9007199254740991,9007199254740992,-9223372036854775808,9223372036854775807,9223372036854775808,1.0,1e2,-0,-0.0]';
    assert.deepEqual(parseJson(text), [
      9007199254740991,
      9007199254740992n,
      -9223372036854775808n,
      9223372036854775807n,
      9223372036854775808,
      1,
      100,
      0,
      0,
    ]);
  });

  it('sees numbers that need care wherever numbers may stand, and takes text that looks like them for text', () => {
    const text =
      '{"a" :\n12345678901234567, "b":[ 9007199254740993,-0 ], "c": [[1e2], [1,\t2e3]], "t": "sha1:4e5, [-0"}';
    assert.deepEqual(parseJson(text), {
      a: 12345678901234567n,
      b: [9007199254740993n, 0],
      c: [[100], [1, 2000]],
      t: 'sha1:4e5, [-0',
    });
    assert.equal(parseJson(' 9007199254740993'), 9007199254740993n);
  });

  it('refuses numbers that float64 cannot hold and numbers that JSON does not have', () => {
    for (const text of ['1e400', '[-1e999]', '01', '1.', '.5', '+1', '-', '1e', '0x10', 'NaN', '1_000']) {
      assert.throws(() => parseJson(text), invalid(/^invalid JSON at line 1, column/), text);
    }
  });

  it('takes __proto__ as a key like any other, on both paths', () => {
    for (const strict of [false, true]) {
      const value = parseJson('{"__proto__":{"polluted":true},"a":1}', { strict });
      assert.deepEqual(Object.keys(value as object), ['__proto__', 'a']);
      assert.equal(Object.getPrototypeOf(value), Object.prototype);
      assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    }
  });

  it('refuses a duplicate key when strict, and tells its path', () => {
    const text = '{"spec":{"containers":[{"name":"a"},{"name":"b",\n"name":"c"}]}}';
    assert.throws(
      () => parseJson(text, { strict: true, where: 'web.json' }),
      invalid(/^web\.json: invalid JSON at line 2, column 1: duplicate field "spec\.containers\[1\]\.name"$/),
    );
  });

  it('lets the last duplicate win when not strict, and reports each', () => {
    const duplicates: string[] = [];
    const value = parseJson('{"a":1,"b":{"c":1,"c":2},"a":null,"a":3}', {
      onDuplicate: (path) => duplicates.push(path),
    });
    assert.deepEqual(value, { a: 3, b: { c: 2 } });
    assert.deepEqual(duplicates, ['b.c', 'a', 'a']);
    assert.deepEqual(parseJson('{"a":1,"a":2}'), { a: 2 });
  });

  it('refuses text nested too deep, however deep', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    assert.ok(parseJson(nested(1000)));
    assert.throws(() => parseJson(nested(1001)), invalid(/nested deeper than 1000/));
    assert.throws(() => parseJson('['.repeat(1_000_000), { strict: true }), invalid(/nested deeper than 1000/));
    assert.throws(() => parseJson('{"a":[[1]]}', { maxDepth: 2 }), invalid(/nested deeper than 2/));
  });

  it('reads bytes, with U+FFFD for what is not UTF-8 and for lone surrogates', () => {
    assert.equal(parseJson(new TextEncoder().encode('"grün 😀"')), 'grün 😀');
    assert.equal(parseJson(Uint8Array.of(0x22, 0xff, 0x22)), '\ufffd');
    assert.equal(parseJson('"\\ud83d\\ude00 \\ud83d!"'), '😀 \ufffd!');
    assert.throws(() => parseJson(Uint8Array.of(0xef, 0xbb, 0xbf, 0x31)), invalid(/no value stands here/));
  });

  it('reads every escape, and refuses broken text with its place but none of its content', () => {
    assert.equal(parseJson('"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041"', { strict: true }), '"\\/\b\f\n\r\tA');
    for (const text of [
      '',
      '{',
      '{"a"}',
      '{"a":1,}',
      '[1,]',
      '"a\nb"',
      '"\\x"',
      '"\\u12"',
      'tru',
      '1 2',
      '{a:1}',
      '"s',
    ]) {
      assert.throws(() => parseJson(text), invalid(/^invalid JSON at line \d+, column \d+: /), text);
    }
    assert.throws(
      () => parseJson('{"password": hunter2}'),
      (error: Error) => !error.message.includes('hunter') && error.message.includes('column 14'),
    );
  });

  it('reads the same on the quick path and on the careful one', () => {
    const texts = ['{"a":[1,2.5,true,null,"x"],"b":{}}', ' [ ] ', '"\\u00e9"', '-12', '0.5', '{"2":1,"1":2}'];
    for (const text of texts) assert.deepEqual(parseJson(text), parseJson(text, { strict: true }));
  });
});
