import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonValue } from '@capstan/object';
import fc from 'fast-check';
import { parse, parseNodes, stringify, stringifyNode } from './index.ts';

const awkward = fc.constantFrom(
  ...[
    '',
    ' ',
    '\n',
    'a\n',
    '\na',
    'a \nb',
    '  a\n b\n',
    'a\n\n',
    '\t',
    'a\tb',
    "it's",
    '"',
    '- a',
    '? a',
    'a: b',
    'a #b',
    '#',
  ],
  ...[
    '---',
    '...',
    '%a',
    '@',
    '`',
    '!a',
    '&a',
    '*a',
    '|',
    '>',
    '~',
    'null',
    'yes',
    'on',
    'y',
    '0x1',
    '1e3',
    '.5',
    '1_0',
  ],
  ...['1:30', '2001-01-01', '<<', '=', '\u2028', 'a\u2028b', '\ufeff', '😀', 'é', '\r\n', '\0', '\x1b'],
);
// What JSON passes on and YAML refuses, or folds, is told by tests of its own.
const text = fc
  .oneof(awkward, fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ maxLength: 120 }))
  .filter((value) => !/[\x7f-\x9f\ufffe\uffff]/.test(value));
// Go prints the key `<<` without quotes, and so reads it as a merge.
const keyText = text.filter((value) => value !== '<<');
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }),
);
const anyValue = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(keyText, tie('value'), { maxKeys: 5 }),
  ),
})).value;

/** Integral floats come back as integers, and beyond 2⁵³ as bigint, as from Go. */
function asRead(value: JsonValue): unknown {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 1e21) {
    const integer = BigInt(String(value));
    return integer >= -(2n ** 63n) && integer < 2n ** 64n ? integer : value;
  }
  if (Array.isArray(value)) return value.map((item: JsonValue) => asRead(item));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asRead(item)]));
  }
  return value;
}

const entries = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(entries)
    : typeof value === 'object' && value !== null
      ? Object.entries(value)
          .map(([key, item]) => [key, entries(item)] as const)
          .sort(([a], [b]) => (a < b ? -1 : 1))
      : value;

describe('what is printed', () => {
  it('is read back as the same value, with either rules', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const printed = stringify(value);
        const expected = entries(asRead(value));
        assert.deepEqual(entries(parse(printed, { rules: 'v2' })), expected, printed);
        assert.deepEqual(entries(parse(printed, { duplicateKeys: 'last' })), expected, printed);
      }),
      { numRuns: 1000 },
    );
  });

  it('is printed the same whatever the order of keys was', () => {
    fc.assert(
      fc.property(fc.dictionary(text, fc.constant(1)), (mapping) => {
        const reversed = Object.fromEntries(Object.entries(mapping).reverse());
        assert.equal(stringify(reversed), stringify(mapping));
      }),
    );
  });

  it('keeps its value when its tree is printed', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const printed = stringify(value);
        const [node] = parseNodes(printed);
        assert.ok(node !== undefined);
        assert.deepEqual(parse(stringifyNode(node)), parse(printed), printed);
      }),
      { numRuns: 500 },
    );
  });
});
