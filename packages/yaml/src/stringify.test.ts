import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse, parseDocuments, stringify, stringifyAll } from './index.ts';

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  template:
    spec:
      containers:
      - args:
        - --port=8080
        - -v
        env:
        - name: EMPTY
          value: ""
        image: nginx:1.27
        name: web
        ports: []
        resources: {}
`;

describe('stringify', () => {
  it('prints an ordinary object as it was read', () => {
    assert.equal(stringify(parse(deployment)), deployment);
  });

  it('puts documents apart with a line of dashes', () => {
    const stream = 'a: 1\n---\nb: 2\n';
    assert.equal(stringifyAll(parseDocuments(stream).map(({ value }) => value)), stream);
  });

  it('quotes what would be read as something else', () => {
    const text = stringify({ a: 'yes', b: '1', c: '', d: '~', e: '1:30', f: '2001-01-01', g: '<<', h: 'n' });
    assert.equal(text, 'a: "yes"\nb: "1"\nc: ""\nd: "~"\ne: "1:30"\nf: "2001-01-01"\ng: <<\nh: "n"\n');
  });

  it('writes text of several lines in blocks', () => {
    assert.equal(
      stringify({ a: 'x\ny\n', b: 'x\ny', c: '  x\n', d: 'x\n\n' }),
      'a: |\n  x\n  y\nb: |-\n  x\n  y\nc: |2\n    x\nd: |+\n  x\n\n',
    );
  });

  it('sorts numbers in keys by size and letters last', () => {
    assert.equal(
      stringify({ key10: 1, key2: 2, Key1: 3, '1': 4, _a: 5 }),
      '_a: 5\n"1": 4\nKey1: 3\nkey2: 2\nkey10: 1\n',
    );
  });

  it('prints integers of 64 bits in full and larger ones as floats', () => {
    assert.equal(
      stringify([2n ** 64n - 1n, 2n ** 64n, 1e-7, 1234567.5, 3.0, -0]),
      '- 18446744073709551615\n- 1.8446744073709552e+19\n- 1e-07\n- 1.2345675e+06\n- 3\n- 0\n',
    );
  });
});
