import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonValue } from './json-value.ts';
import { parseObject } from './parse-object.ts';

describe('parseObject', () => {
  it('takes an object as it is', () => {
    const value = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', labels: null }, data: { x: '1' } };
    assert.deepEqual(parseObject(value, 'a.yaml'), value);
  });

  it('tells what is wrong, and where', () => {
    const cases: readonly (readonly [JsonValue | undefined, string])[] = [
      [[], 'a.yaml: is a list, not a Kubernetes object'],
      [undefined, 'a.yaml: is absent, not a Kubernetes object'],
      [{ apiVersion: 'v1' }, 'a.yaml: has no kind: a Kubernetes object needs apiVersion, kind and metadata'],
      [{ kind: 'A', apiVersion: 1 }, 'a.yaml: apiVersion is a number, not a text'],
      [{ kind: 'A', apiVersion: 'v1' }, 'a.yaml: A has no metadata'],
      [{ kind: 'A', apiVersion: 'v1', metadata: [] }, 'a.yaml: metadata of A is a list, not a mapping'],
      [
        { kind: 'A', apiVersion: 'v1', metadata: { name: 12 } },
        'a.yaml: metadata.name of A is a number, not a text: put it in quotes',
      ],
      [
        { kind: 'A', apiVersion: 'v1', metadata: { name: 'x', labels: { on: true } } },
        'a.yaml: metadata.labels["on"] of A x is a boolean, not a text: put it in quotes',
      ],
    ];
    for (const [value, message] of cases) {
      assert.throws(() => parseObject(value, 'a.yaml'), { code: 'OBJECT_INVALID', message });
    }
  });
});
