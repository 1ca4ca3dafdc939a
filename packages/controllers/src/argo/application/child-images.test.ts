import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CacheEntry, WatchCache } from '@capstan/kube';
import type { JsonObject, KubernetesObject } from '@capstan/object';
import { childKindsOf, imagesBelow } from './child-images.ts';

const template = { spec: { containers: [{ name: 'web', image: 'web:2' }] } };
const deployment = (spec: JsonObject = {}): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', uid: 'deployment' },
  spec: { template, ...spec },
});

function entry(kind: string, uid: string, images: readonly string[] = []): CacheEntry {
  return {
    ref: { group: kind === 'Pod' ? '' : 'apps', version: 'v1', kind, namespace: 'shop', name: uid },
    ...{ uid, resourceVersion: '1', owners: [], deleting: false, tracked: false },
    summary: images.length === 0 ? undefined : { images },
  };
}

/** A cache that knows who is whose child. */
function cacheOf(children: Readonly<Record<string, readonly CacheEntry[]>>, synced = true): { cache: WatchCache } {
  const cache = {
    watched: () => synced,
    synced: () => synced,
    byIndex: (_index: string, uid: string) => children[uid] ?? [],
  };
  return { cache: cache as unknown as WatchCache };
}

const rolling = {
  deployment: [entry('ReplicaSet', 'old'), entry('ReplicaSet', 'new')],
  old: [entry('Pod', 'old-1', ['web:1'])],
  new: [],
};

describe('the images below an object', () => {
  it('are those of its Pods, however old, and those that come next', () => {
    assert.deepEqual([...imagesBelow(deployment(), cacheOf(rolling))].sort(), ['web:1', 'web:2']);
  });

  it('are those of its Pods alone while it wants none', () => {
    assert.deepEqual(imagesBelow(deployment({ replicas: 0 }), cacheOf(rolling)), ['web:1']);
  });

  it('are those of the template where Pods are not seen', () => {
    assert.deepEqual(imagesBelow(deployment({ replicas: 0 }), cacheOf(rolling, false)), ['web:2']);
  });

  it('want the kinds between an object and its Pods to be watched', () => {
    const kinds = (group: string, kind: string): readonly string[] =>
      childKindsOf({ group, kind }).map((one) => one.kind);
    assert.deepEqual(kinds('apps', 'Deployment'), ['ReplicaSet', 'Pod']);
    assert.deepEqual(kinds('batch', 'CronJob'), ['Job', 'Pod']);
    assert.deepEqual(kinds('', 'ConfigMap'), []);
  });
});
