import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '@capstan/object';
import { goText, restoreFault } from './restore-fault.ts';

/** Read off kube-apiserver 1.35, which answered strategic merge patches of a Deployment with these. */
const refusals: readonly (readonly [spec: JsonObject, why: string, shown: string])[] = [
  [{ replicas: 'three' }, 'unrecognized type: int32', 'map[replicas:three]'],
  [{ replicas: true }, 'unrecognized type: int32', 'map[replicas:true]'],
  [{ replicas: 1.5 }, 'cannot convert float64 to int32', 'map[replicas:1.5]'],
  [{ revisionHistoryLimit: [1] }, 'unrecognized type: int32', 'map[revisionHistoryLimit:[1]]'],
  [{ paused: 5 }, 'unrecognized type: bool', 'map[paused:5]'],
  [{ paused: { a: 1 } }, 'unrecognized type: bool', 'map[paused:map[a:1]]'],
  [
    { template: { spec: { nodeSelector: 'x' } } },
    'cannot restore map from string',
    'map[template:map[spec:map[nodeSelector:x]]]',
  ],
  [
    { template: { spec: { containers: 'x' } } },
    'cannot restore slice from string',
    'map[template:map[spec:map[containers:x]]]',
  ],
  [
    { template: { spec: { hostAliases: 5 } } },
    'cannot restore slice from int64',
    'map[template:map[spec:map[hostAliases:5]]]',
  ],
  [
    { template: { spec: { containers: [{ name: 'web', image: 5 }] } } },
    'cannot convert int64 to string',
    'map[template:map[spec:map[containers:[map[image:5 name:web]]]]]',
  ],
];

describe('an object that does not fit its Go type', () => {
  for (const [spec, why, shown] of refusals) {
    it(`is refused because it ${why}: ${shown}`, () => {
      const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec };
      assert.equal(restoreFault(object), why);
      assert.equal(goText(spec), shown);
    });
  }

  it('is told by the part that is wrong at the top too', () => {
    const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { labels: { a: 5 } }, spec: {} };
    assert.equal(restoreFault(object), 'cannot convert int64 to string');
    assert.equal(restoreFault({ ...object, metadata: {}, spec: 'x' }), 'cannot restore struct from: string');
  });

  it('is none when it fits, or is of a kind that is not built in', () => {
    assert.equal(restoreFault({ apiVersion: 'v1', kind: 'ConfigMap', metadata: {}, data: { a: 'b' } }), undefined);
    assert.equal(restoreFault({ apiVersion: 'example.com/v1', kind: 'Thing', metadata: {}, spec: 5 }), undefined);
  });
});
