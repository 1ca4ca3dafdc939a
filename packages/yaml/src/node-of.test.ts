import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nodeOf, nodeValue, stringifyNode } from './index.ts';

describe('nodeOf', () => {
  it('makes a tree that is printed as yaml.v3 prints the value', () => {
    const value = {
      b: ['yes', '1:30', 'a: b', '', 'x\ny\n'],
      a: { c: 1.5, d: null, e: true, f: 2n ** 60n },
      g: [],
      h: {},
    };
    const expected = `a:
  c: 1.5
  d: null
  e: true
  f: 1152921504606846976
b:
  - "yes"
  - "1:30"
  - 'a: b'
  - ""
  - |
    x
    y
g: []
h: {}
`;
    assert.equal(stringifyNode(nodeOf(value), { compactSequences: false }), expected);
    assert.deepEqual(nodeValue(nodeOf(value)), value);
  });

  it('puts letters before other characters behind a digit', () => {
    assert.equal(stringifyNode(nodeOf({ '1_': 1, '1a': 2, a_: 3, ab: 4 })), '1a: 2\n"1_": 1\na_: 3\nab: 4\n');
  });
});
