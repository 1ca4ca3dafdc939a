import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { getPath, type KubernetesObject, type VersionedRef } from '@capstan/object';
import { startFaultProxy, startTestApi, type ApiRequest, type FaultProxy, type TestApi } from '@capstan/testkit';
import { connectCluster, type KubeCluster } from '../client/kube-cluster.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { loadKubeconfig } from '../kubeconfig/load-kubeconfig.ts';
import { fastClock } from '../testing/fast-clock.ts';
import { textAt } from '../testing/text-at.ts';
import { createWatchCache } from './create-watch-cache.ts';
import type { CacheChange, WatchCache, WatchCacheOptions } from './watch-cache.ts';

const run = Date.now().toString(36);
const configMaps = { group: '', kind: 'ConfigMap' };
const ref = (name: string): VersionedRef => ({
  ...configMaps,
  version: 'v1',
  namespace: 'default',
  name: `${name}-${run}`,
});
const configMap = (name: string, data: Record<string, string> = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: `${name}-${run}`, namespace: 'default', labels: { run, test: `${name}-${run}` } },
  data,
});
const isWatch = (request: ApiRequest): boolean => request.resource === 'configmaps' && request.verb === 'watch';

describe('the watch cache', () => {
  let api: TestApi;
  let proxy: FaultProxy;
  let direct: KubeCluster;
  let faulty: KubeCluster;
  let writer: KubeClient;
  let cache: WatchCache;
  let changes: CacheChange[];
  const clock = fastClock(50);

  const open = async (options: Partial<WatchCacheOptions> = {}): Promise<void> => {
    cache = createWatchCache(faulty.client(), {
      tracked: (object) => getPath(object, 'metadata', 'labels', 'run') === run,
      indexes: { test: (object) => [textAt(object, 'metadata', 'labels', 'test')] },
      clock,
      ...options,
    });
    changes = [];
    cache.subscribe((change) => {
      if (change.entry.ref.name.endsWith(run)) changes.push(change);
    });
    const watching = nextRequest(isWatch);
    await cache.hold(configMaps).synced;
    await watching;
  };

  /** Resolves when the changes seen so far fulfil the condition. */
  const seen = (condition: () => boolean): Promise<void> => {
    if (condition()) return Promise.resolve();
    return new Promise((resolve) => {
      const end = cache.subscribe(() => {
        if (!condition()) return;
        end();
        resolve();
      });
    });
  };
  const nextRequest = (match: (request: ApiRequest) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const end = proxy.onRequest((request) => {
        if (!match(request)) return;
        end();
        resolve();
      });
    });
  const history = (name: string): readonly string[] =>
    changes
      .filter(({ entry }) => entry.ref.name === `${name}-${run}`)
      .map(({ type, object }) => `${type} ${textAt(object, 'data', 'n')}`.trim());
  const set = (name: string, n: number): Promise<KubernetesObject> =>
    writer.patch(ref(name), { kind: 'merge', patch: { data: { n: String(n) } } });

  before(async () => {
    api = await startTestApi();
    proxy = await startFaultProxy({ kubeconfig: api.kubeconfigPath });
    direct = connectCluster(await loadKubeconfig({ path: api.kubeconfigPath }));
    faulty = connectCluster(await loadKubeconfig({ path: proxy.kubeconfig }), { clock });
    writer = direct.client();
  });
  beforeEach(() => proxy.resetCounts());
  afterEach(async () => {
    proxy.rules.clear();
    await cache.close();
    // Whatever the test saw, each state of an object follows on the one before: nothing lost, nothing twice.
    const last = new Map<string, string>();
    for (const { type, entry, previousResourceVersion } of changes) {
      assert.equal(previousResourceVersion, last.get(entry.uid), `${type} ${entry.ref.name}`);
      last.set(entry.uid, entry.resourceVersion);
    }
  });
  after(async () => {
    await Promise.all([direct.close(), faulty.close()]);
    await proxy.close();
    await api.close();
  });

  it('lists, then follows: entries, indexes, frozen objects without managedFields', async () => {
    await writer.create(configMap('first', { n: '0' }), { fieldManager: 'someone' });
    await open();
    const entry = cache.entry(ref('first'));
    assert.equal(entry?.tracked, true);
    assert.deepEqual(
      cache.byIndex('test', `first-${run}`).map((found) => found.uid),
      [entry.uid],
    );
    await writer.create(configMap('second'));
    await set('first', 1);
    await writer.delete(ref('second'));
    await seen(() => changes.length === 4);
    assert.deepEqual(history('first'), ['added 0', 'changed 1']);
    assert.deepEqual(history('second'), ['added', 'deleted']);
    const object = await cache.get(ref('first'));
    assert.equal(getPath(object, 'data', 'n'), '1');
    assert.equal(getPath(object, 'metadata', 'managedFields'), undefined);
    assert.ok(changes.every((change) => change.object === undefined || Object.isFrozen(change.object.metadata)));
    assert.deepEqual(cache.byIndex('test', `second-${run}`), []);
    assert.equal(cache.entry(ref('second')), undefined);
    assert.equal(await cache.get(ref('second')), undefined);
    assert.equal(proxy.counts().filter(({ verb }) => verb === 'get').length, 0);
  });

  it('goes on where a broken watch stopped', async () => {
    await writer.create(configMap('broken', { n: '0' }));
    await open();
    proxy.rules.add({ match: isWatch, fault: { kind: 'drop' }, times: 2 });
    proxy.breakOpen(isWatch);
    await set('broken', 1);
    await set('broken', 2);
    await seen(() => history('broken').length === 3);
    assert.deepEqual(history('broken'), ['added 0', 'changed 1', 'changed 2']);
    assert.equal(cache.stats().relists, 0);
  });

  it('takes nothing of an event that was cut in the middle', async () => {
    await writer.create(configMap('cut', { n: '0' }));
    proxy.rules.add({ match: isWatch, fault: { kind: 'cut', afterBytes: 100 }, times: 1 });
    await open();
    await set('cut', 1);
    await seen(() => history('cut').length === 2);
    assert.deepEqual(history('cut'), ['added 0', 'changed 1']);
  });

  it('lists again after 410 and tells only what has changed', async () => {
    for (const name of ['stays', 'changes', 'goes', 'is-replaced']) await writer.create(configMap(name, { n: '0' }));
    await open();
    // While the watch is away, things happen that it will never tell.
    const { promise, resolve } = Promise.withResolvers<void>();
    proxy.rules.add({ match: isWatch, fault: { kind: 'hold', until: promise }, times: 1 });
    proxy.rules.add({ match: isWatch, fault: { kind: 'status', status: 410 }, times: 1 });
    const away = nextRequest(isWatch);
    proxy.breakOpen(isWatch);
    await away;
    await set('changes', 1);
    await writer.delete(ref('goes'));
    await writer.delete(ref('is-replaced'));
    await writer.create(configMap('is-replaced', { n: '9' }));
    proxy.breakOpen(isWatch);
    resolve();
    await seen(() => history('goes').length === 2 && history('is-replaced').length === 3);
    assert.deepEqual(history('stays'), ['added 0']);
    assert.deepEqual(history('changes'), ['added 0', 'changed 1']);
    assert.deepEqual(history('goes'), ['added 0', 'deleted 0']);
    assert.deepEqual(history('is-replaced'), ['added 0', 'deleted 0', 'added 9']);
    assert.equal(cache.stats().relists, 1);
  });

  it('finds out that a watch is silent', async () => {
    await writer.create(configMap('silent', { n: '0' }));
    await open({ silenceMs: 10_000 });
    proxy.silenceOpen(isWatch);
    await set('silent', 1);
    await seen(() => history('silent').length === 2);
    assert.deepEqual(history('silent'), ['added 0', 'changed 1']);
  });

  it('gets over a list that fails and a server that is away', async () => {
    await writer.create(configMap('list', { n: '0' }));
    proxy.rules.add({
      match: ({ resource, verb }) => resource === 'configmaps' && verb === 'list',
      fault: { kind: 'status', status: 500 },
      times: 8,
    });
    const failures: unknown[] = [];
    await open({ onFailure: (_kind, error) => failures.push(error) });
    assert.deepEqual(history('list'), ['added 0']);
    assert.ok(failures.length > 0);
    await set('list', 1);
    await seen(() => history('list').length === 2);
    assert.equal(cache.failure(configMaps), undefined);
  });

  it('keeps packed objects within the budget, and reads the rest again from the API', async () => {
    for (let at = 0; at < 6; at++) await writer.create(configMap(`big${at}`, { n: noise(4000, at) }));
    await open({ budgetBytes: 10_000 });
    assert.ok(cache.bytes() <= 10_000);
    assert.ok(cache.stats().evicted > 0);
    for (let at = 0; at < 6; at++) {
      assert.equal(getPath(await cache.get(ref(`big${at}`)), 'data', 'n'), noise(4000, at));
    }
    assert.ok(cache.stats().rereads > 0);
    assert.ok(cache.bytes() <= 10_000);
  });

  it('reads many at once by pages', async () => {
    const namespace = `many-${run}`;
    await writer.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    const many = (at: number): VersionedRef => ({ ...ref(`many${at}`), namespace });
    for (let at = 0; at < 20; at++) {
      const object = configMap(`many${at}`, { n: String(at) });
      await writer.create({ ...object, metadata: { ...object.metadata, namespace } });
    }
    await open({ tracked: () => false });
    const reads = Array.from({ length: 20 }, (_, at) => cache.get(many(at)));
    const objects = await Promise.all([...reads, cache.get(many(0))]);
    assert.deepEqual(
      objects.map((object) => textAt(object, 'data', 'n')),
      [...Array.from({ length: 20 }, (_, at) => String(at)), '0'],
    );
    const counts = proxy.counts().filter(({ resource }) => resource === 'configmaps');
    assert.deepEqual(counts.map(({ verb, count }) => [verb, count]).sort(), [
      ['list', 2],
      ['watch', 1],
    ]);
  });

  it('keeps an object whole from when somebody cares about it', async () => {
    await writer.create(configMap('adopted'));
    let cared = false;
    await open({ tracked: () => cared });
    cared = true;
    await cache.get(ref('adopted'));
    assert.equal(cache.peek(ref('adopted'))?.kind, 'ConfigMap');
    assert.equal(cache.entry(ref('adopted'))?.tracked, true);
  });

  it('finds a kind that is defined while it is held, and its objects gone with it', async () => {
    await open();
    const group = `${run}.example.com`;
    const kind = { group, kind: 'Widget' };
    await cache.hold(kind).synced;
    const definition: KubernetesObject = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `widgets.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
      },
    };
    const established = seenBy(
      () => faulty.discovery.knownPreferred(kind) !== undefined,
      (listener) => faulty.discovery.subscribe(listener),
    );
    await writer.create(definition);
    await established;
    direct.discovery.invalidate();
    const object = { apiVersion: `${group}/v1`, kind: 'Widget', metadata: { name: `w-${run}`, namespace: 'default' } };
    await writer.create(object);
    await seen(() => cache.list(kind).length === 1);
    const definitions = {
      group: 'apiextensions.k8s.io',
      version: 'v1',
      kind: 'CustomResourceDefinition',
      namespace: '',
    };
    await writer.delete({ ...definitions, name: `widgets.${group}` });
    await seen(() => cache.list(kind).length === 0);
  });

  it('keeps no body of what is not tracked', async () => {
    await writer.create(configMap('loose'));
    await open({ tracked: () => false, summarise: () => ({ health: 'Healthy' }) });
    assert.equal(cache.bytes(), 0);
    assert.equal(cache.peek(ref('loose')), undefined);
    assert.deepEqual(cache.entry(ref('loose'))?.summary, { health: 'Healthy' });
    assert.equal((await cache.get(ref('loose')))?.kind, 'ConfigMap');
  });

  it('watches a kind while something holds it, and no longer', async () => {
    await open({ lingerMs: 1000 });
    const second = cache.hold(configMaps);
    await second.synced;
    assert.equal(proxy.counts().filter((entry) => entry.verb === 'list' && entry.resource === 'configmaps').length, 1);
    assert.equal(cache.synced(configMaps), true);
    assert.notEqual(cache.observed(configMaps), undefined);
    await cache.close();
    assert.equal(cache.watched(configMaps), false);
    assert.equal(cache.observed(configMaps), undefined);
  });

  it('makes an index anew, also of objects that it does not keep, and is not in step before', async () => {
    await writer.create(configMap('indexed', { KEY: run }));
    await open({ tracked: () => false });
    const hold = cache.hold(configMaps);
    await hold.synced;
    assert.equal(cache.byIndex('test', `indexed-${run}`).length, 1);
    cache.reindex('test', (object) => [textAt(object, 'data', 'KEY')]);
    assert.equal(cache.synced(configMaps), false);
    await hold.synced;
    assert.equal(cache.synced(configMaps), true);
    assert.deepEqual(
      cache.byIndex('test', run).map((entry) => entry.ref.name),
      [`indexed-${run}`],
    );
    assert.deepEqual(cache.byIndex('test', `indexed-${run}`), []);
    await writer.create(configMap('later', { KEY: `${run}x` }));
    await seen(() => cache.byIndex('test', `${run}x`).length === 1);
  });

  it('is in step at once for a kind that the cluster does not serve', async () => {
    await open();
    const hold = cache.hold({ group: 'nowhere.example.com', kind: 'Nothing' });
    await hold.synced;
    assert.deepEqual(cache.list({ group: 'nowhere.example.com', kind: 'Nothing' }), []);
  });
});

/** Resolves when the condition holds, looked at after each call of what `subscribe` is given. */
function seenBy(condition: () => boolean, subscribe: (listener: () => void) => () => void): Promise<void> {
  return new Promise((resolve) => {
    const end = subscribe(() => {
      if (!condition()) return;
      end();
      resolve();
    });
  });
}

/** Text that does not compress, the same for the same seed. */
function noise(length: number, seed: number): string {
  let state = seed + 1;
  let text = '';
  while (text.length < length) {
    state = (state * 48271) % 2147483647;
    text += state.toString(36);
  }
  return text;
}
