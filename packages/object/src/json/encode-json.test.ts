import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonValue } from '../json-value.ts';
import { deepClone } from './deep-clone.ts';
import { deepEqual } from './deep-equal.ts';
import { digestJson } from './digest-json.ts';
import { canonicalJson, encodeJson } from './encode-json.ts';
import { parseJson } from './parse-json.ts';

describe('encodeJson', () => {
  it('sorts keys by their bytes', () => {
    assert.equal(
      encodeJson({ b: 1, a10: 1, a9: 1, '\u{1f600}': 1, '\uffee': 1 }),
      '{"a10":1,"a9":1,"b":1,"ﾮ":1,"😀":1}'.replace('ﾮ', '\uffee'),
    );
  });

  it('prints numbers as Go does', () => {
    const numbers = [1, -0, 1.5, 1e20, 1e21, 1e-6, 1e-7, 1.234e-9, 100000, 2 ** 53, 9223372036854775807n, 0.1];
    assert.equal(
      encodeJson(numbers),
      '[1,0,1.5,100000000000000000000,1e+21,0.000001,1e-7,1.234e-9,100000,9007199254740992,9223372036854775807,0.1]',
    );
    assert.throws(() => encodeJson(NaN), { code: 'JSON_INVALID' });
  });

  it('escapes as Go does, HTML unless told otherwise', () => {
    assert.equal(
      encodeJson('<a href="x">&\u2028\n\u0001\u007f'),
      '"\\u003ca href=\\"x\\"\\u003e\\u0026\\u2028\\n\\u0001\u007f"',
    );
    assert.equal(encodeJson('<&>\u2029', { escapeHtml: false }), '"<&>\\u2029"');
    assert.equal(encodeJson('a\ud800'), '"a\ufffd"');
  });

  it('indents as MarshalIndent does', () => {
    const value = { b: [], a: [1, { c: {} }] };
    assert.equal(
      encodeJson(value, { indent: '  ' }),
      '{\n  "a": [\n    1,\n    {\n      "c": {}\n    }\n  ],\n  "b": []\n}',
    );
  });

  it('refuses a value that is nested too deep', () => {
    let value: JsonValue = 1;
    for (let depth = 0; depth < 1001; depth++) value = [value];
    assert.throws(() => encodeJson(value), { code: 'JSON_INVALID' });
  });

  it('keeps what parseJson reads', () => {
    const text = '{"__proto__":{"x":1},"n":9223372036854775807,"t":"ü"}';
    assert.equal(canonicalJson(parseJson(text)), text);
  });
});

describe('comparison, copy and digest', () => {
  const value: JsonValue = { a: [1, { b: null }], c: 9223372036854775807n };

  it('see key order as no part of a value, and an absent key as other than null', () => {
    assert.ok(deepEqual({ a: 1, b: 2 }, { b: 2, a: 1 }));
    assert.ok(!deepEqual({ a: null }, {}));
    assert.ok(!deepEqual({ a: null }, { b: null }));
    assert.ok(!deepEqual([1], { 0: 1 }));
    assert.ok(!deepEqual([1, 2], [1]));
    assert.equal(digestJson({ a: 1, b: 2 }), digestJson({ b: 2, a: 1 }));
    assert.notEqual(digestJson({ a: null }), digestJson({}));
  });

  it('copy everything and share nothing', () => {
    const copy = deepClone(value) as { a: JsonValue[] };
    assert.ok(deepEqual(copy, value));
    copy.a.push(2);
    assert.deepEqual(value['a'], [1, { b: null }]);
    const hostile = parseJson('{"__proto__":{"x":1}}');
    assert.deepEqual(Object.keys(deepClone(hostile) as object), ['__proto__']);
  });
});
