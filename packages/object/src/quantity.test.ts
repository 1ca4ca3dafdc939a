import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canonicalQuantity, compareQuantities, parseQuantity, quantityToNumber } from './quantity.ts';

const canonical: readonly (readonly [string, string])[] = [
  ['0', '0'],
  ['0Gi', '0'],
  ['1000m', '1'],
  ['1500m', '1500m'],
  ['1.5', '1500m'],
  ['0.5', '500m'],
  ['.5', '500m'],
  ['1.', '1.'],
  ['1000', '1k'],
  ['1024Mi', '1Gi'],
  ['1028Mi', '1028Mi'],
  ['1536Mi', '1536Mi'],
  ['0.5Gi', '512Mi'],
  ['1.5Gi', '1536Mi'],
  ['0.1Gi', '107374182400m'],
  ['100000k', '100M'],
  ['12e6', '12e6'],
  ['12000e3', '12e6'],
  ['1E3', '1E3'],
  ['1e-3', '1e-3'],
  ['0.000000001', '1n'],
  ['0.0000000001', '1n'],
  ['1.0000000001', '1000000001n'],
  ['-1.5', '-1500m'],
  ['+1', '+1'],
  ['01', '01'],
  ['8Mi', '8Mi'],
  ['512Ki', '512Ki'],
  ['1024', '1024'],
  ['9223372036854775807Ki', '9223372036854775807'],
  ['16Ei', '9223372036854775807'],
  ['9223372036854775808', '9223372036854775808'],
  ['1E', '1E'],
  ['0.0001Ki', '102400u'],
];

describe('a quantity', () => {
  it('prints as the API server prints it', () => {
    for (const [text, expected] of canonical) assert.equal(parseQuantity(text).text, expected, text);
    assert.equal(canonicalQuantity(1.5), '1500m');
    assert.equal(canonicalQuantity(2), '2');
    assert.equal(canonicalQuantity(' 1Gi '), '1Gi');
  });

  it('is refused where its number or its suffix cannot be read', () => {
    for (const text of [
      '',
      'a',
      '1x',
      '1.2.3',
      '1 Gi',
      '1mm',
      '1e',
      '1Ki5',
      '--1',
      '1e1.5',
      '1gi',
      '1K',
      '1'.repeat(1001),
    ]) {
      assert.throws(() => parseQuantity(text), { code: 'QUANTITY_INVALID' }, text);
    }
    assert.throws(() => canonicalQuantity(null), { code: 'QUANTITY_INVALID' });
  });

  it('compares by value, whatever the suffixes', () => {
    const compare = (a: string, b: string) => Math.sign(compareQuantities(parseQuantity(a), parseQuantity(b)));
    assert.equal(compare('1Gi', '1024Mi'), 0);
    assert.equal(compare('1000m', '1'), 0);
    assert.equal(compare('1e3', '1k'), 0);
    assert.equal(compare('1G', '1Gi'), -1);
    assert.equal(compare('-1', '1n'), -1);
    assert.equal(compare('-2', '-1'), -1);
    assert.equal(compare('0', '0Ki'), 0);
    assert.equal(compare('1e2000000000', '1e1999999999'), 1);
  });

  it('becomes the nearest number', () => {
    assert.equal(quantityToNumber(parseQuantity('100m')), 0.1);
    assert.equal(quantityToNumber(parseQuantity('1Ki')), 1024);
  });
});
