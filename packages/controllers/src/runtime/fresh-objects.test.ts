import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CacheChange, CacheEntry } from '@capstan/kube';
import type { KubernetesObject } from '@capstan/object';
import { FreshObjects } from './fresh-objects.ts';

const ref = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'web' };
const at = (resourceVersion: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'web', namespace: 'shop', resourceVersion },
});

/** A cache that knows of one object what it has been told last. */
function watched() {
  const listeners: ((change: CacheChange) => void)[] = [];
  let known: KubernetesObject | undefined;
  let observed = '1';
  const entryAt = (resourceVersion: string): CacheEntry => ({
    ref,
    uid: 'u',
    resourceVersion,
    owners: [],
    deleting: false,
    tracked: true,
    summary: undefined,
  });
  const version = (object: KubernetesObject): string => {
    const { resourceVersion } = object.metadata;
    return typeof resourceVersion === 'string' ? resourceVersion : '';
  };
  return {
    cache: {
      get: () => Promise.resolve(known),
      entry: () => (known === undefined ? undefined : entryAt(version(known))),
      observed: () => observed,
      subscribe: (listener: (change: CacheChange) => void) => {
        listeners.push(listener);
        return () => undefined;
      },
    },
    shows: (type: CacheChange['type'], object: KubernetesObject) => {
      known = type === 'deleted' ? undefined : object;
      observed = version(object);
      for (const listener of listeners) listener({ type, entry: entryAt(observed), object, initial: false });
    },
  };
}

describe('fresh objects', () => {
  it('are the answers to our own writes until the watch shows them, and not kept after that', async () => {
    const { cache, shows } = watched();
    const live = new FreshObjects(cache);
    live.wrote(ref, at('10'));
    assert.deepEqual(await live.get(ref), at('10'));
    shows('added', at('9'));
    assert.deepEqual(await live.get(ref), at('10'));
    assert.equal(live.ahead, 1);
    shows('changed', at('10'));
    assert.equal(live.ahead, 0);
    shows('changed', at('12'));
    assert.deepEqual(await live.get(ref), at('12'));
  });

  it('outlive the end of an older object of the name, and not their own', async () => {
    const { cache, shows } = watched();
    const live = new FreshObjects(cache);
    live.wrote(ref, at('10'));
    shows('deleted', at('8'));
    assert.deepEqual(await live.get(ref), at('10'));
    shows('deleted', at('11'));
    assert.equal(await live.get(ref), undefined);
    assert.equal(live.ahead, 0);
  });
});
