import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { parse, parseDocuments, splitKustomizeStream, type YamlReadOptions } from './index.ts';

function refusal(text: string | Uint8Array, options: YamlReadOptions = {}) {
  try {
    parseDocuments(text, options);
  } catch (error) {
    if (isCapstanError(error)) return error;
    throw error;
  }
  return assert.fail('the text was accepted');
}

describe('parse with the rules of v3', () => {
  it('leaves the booleans of YAML 1.1 as text', () => {
    assert.deepEqual(parse('[yes, on, y, no, off, n, true, False]'), ['yes', 'on', 'y', 'no', 'off', 'n', true, false]);
  });

  it('reads integers in every base that Go reads', () => {
    assert.deepEqual(parse('[0755, 0o17, 0x1F, 0b101, 1_000, -0b1, 08, +1]'), [493, 15, 31, 5, 1000, -1, 8, 1]);
  });

  it('keeps 64 bits exact and makes floats of larger integers', () => {
    assert.deepEqual(parse('[9007199254740993, 18446744073709551615, -9223372036854775808, 18446744073709551616]'), [
      9007199254740993n,
      18446744073709551615n,
      -9223372036854775808n,
      18446744073709552000,
    ]);
  });

  it('turns timestamps into RFC 3339', () => {
    assert.deepEqual(parse('[2001-1-2, 2001-12-14t21:59:43.10-05:00, 2001-02-30]'), [
      '2001-01-02T00:00:00Z',
      '2001-12-14T21:59:43.1-05:00',
      '2001-02-30',
    ]);
  });

  it('lets explicit keys win over merged ones, and earlier merges over later ones', () => {
    const text = 'x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz: {<<: [*x, *y], a: 0}\n';
    assert.deepEqual(parse(text), { x: { a: 1, b: 1 }, y: { b: 2, c: 2 }, z: { a: 0, b: 1, c: 2 } });
  });

  it('refuses keys that are no strings and keys that stand twice', () => {
    assert.match(refusal('a:\n  1: b\n').message, /line 2, column 3: keys must be strings/);
    const twice = refusal('a: 1\nb: 2\na: 3\n', { source: 'app.yaml' });
    assert.equal(twice.code, 'YAML_INVALID');
    assert.deepEqual(twice.data, { file: 'app.yaml', line: 3, column: 1 });
    assert.match(twice.message, /^app\.yaml: line 3, column 1: mapping key "a" already defined at line 1$/);
  });

  it('takes the last of two equal keys when asked to', () => {
    assert.deepEqual(parse('a: 1\na: 2\n', { duplicateKeys: 'last' }), { a: 2 });
  });

  it('refuses what JSON has no number for', () => {
    assert.match(refusal('a: .inf\n').message, /\.inf has no JSON form/);
  });

  it('treats __proto__ as a key like any other', () => {
    const value = parse('__proto__: {polluted: true}\nconstructor: 1\n');
    assert.deepEqual(Object.keys(value as object), ['__proto__', 'constructor']);
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
  });

  it('folds as kustomize does, which prints a folded text once before it reads it', () => {
    assert.deepEqual(parse('v: >-\n  a\n    b\n  c\n'), { v: 'a\n\n  b\nc' });
  });
});

describe('parse with the rules of v2', () => {
  it('reads the booleans of YAML 1.1', () => {
    assert.deepEqual(parse('[yes, on, y, No, off]', { rules: 'v2' }), [true, true, true, false, false]);
  });

  it('turns scalar keys into text', () => {
    assert.deepEqual(parse('{1: a, true: b, 1.5: c, 2001-01-01: d}', { rules: 'v2' }), {
      '1': 'a',
      true: 'b',
      '1.5': 'c',
      '2001-01-01': 'd',
    });
  });

  it('lets what stands later win, merged or not', () => {
    const text = 'x: &x {a: 1}\nz:\n  a: 0\n  <<: *x\n  b: 1\n  b: 2\n';
    assert.deepEqual(parse(text, { rules: 'v2' }), { x: { a: 1 }, z: { a: 1, b: 2 } });
  });

  it('refuses a second key when strict', () => {
    assert.match(refusal('a: 1\na: 2\n', { rules: 'v2', duplicateKeys: 'error' }).message, /already set in map/);
  });
});

describe('parseDocuments', () => {
  it('says where each document starts and keeps empty ones', () => {
    const found = parseDocuments('a: 1\n---\n---\n# nothing\n---\nb: 2\n');
    assert.deepEqual(
      found.map(({ value, index }) => ({ value, index })),
      [
        { value: { a: 1 }, index: 0 },
        { value: null, index: 1 },
        { value: null, index: 2 },
        { value: { b: 2 }, index: 3 },
      ],
    );
    assert.deepEqual(
      found.map(({ line }) => line),
      [1, 2, 3, 5],
    );
  });

  it('finds none in an empty stream', () => {
    assert.deepEqual(parseDocuments('# nothing\n'), []);
    assert.equal(parse(''), null);
  });

  it('does not read on when only the first is asked for', () => {
    assert.deepEqual(parse('a: 1\n...\n]]]\n', { documents: 'first' }), { a: 1 });
  });

  it('gives parse one document only', () => {
    assert.throws(() => parse('a\n---\nb\n'), /line 2, column 1: expected one document/);
  });
});

describe('splitKustomizeStream', () => {
  it('counts lines from where a part stands in its file', () => {
    const options = { source: 'app.yaml', firstLine: 41 };
    assert.deepEqual(
      parseDocuments('\na: 1\n', options).map(({ line }) => line),
      [42],
    );
    assert.throws(() => parse('a: 1\na: 2\n', options), /^CapstanError: app\.yaml: line 42, column 1: .* line 41/);
    assert.throws(() => parse('a: \u0001\n', options), /line 41, column 4: control characters/);
  });

  it('cuts at lines of dashes and knows where the parts start', () => {
    assert.deepEqual(splitKustomizeStream('a: 1\r\n--- # next\r\nb: 2\n'), [
      { text: 'a: 1\n', line: 1 },
      { text: 'b: 2\n', line: 3 },
    ]);
  });

  it('refuses text behind the dashes', () => {
    assert.throws(() => splitKustomizeStream('a: 1\n--- b\nc\n'), /line 2, column 1: invalid document separator/);
  });
});
