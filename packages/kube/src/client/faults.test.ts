import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import type { KubernetesObject, VersionedRef } from '@capstan/object';
import { startFaultProxy, startTestApi, type ApiRequest, type FaultProxy, type TestApi } from '@capstan/testkit';
import { loadKubeconfig } from '../kubeconfig/load-kubeconfig.ts';
import { fastClock, type FastClock } from '../testing/fast-clock.ts';
import { textAt } from '../testing/text-at.ts';
import { connectCluster, type KubeCluster } from './kube-cluster.ts';
import type { KubeClient } from './kube-client.ts';

const run = Date.now().toString(36);
const ref = (name: string): VersionedRef => ({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  namespace: 'default',
  name: `${name}-${run}`,
});
const configMap = (name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: `${name}-${run}`, namespace: 'default' },
  data: {},
});
const verb =
  (...verbs: readonly ApiRequest['verb'][]) =>
  (request: ApiRequest): boolean =>
    request.resource === 'configmaps' && verbs.includes(request.verb);

describe('the client, on a network and a server that fail', () => {
  let api: TestApi;
  let proxy: FaultProxy;
  let cluster: KubeCluster;
  let client: KubeClient;
  let clock: FastClock;

  const requests = (name: ApiRequest['verb']): number =>
    proxy.counts().reduce((sum, entry) => (verb(name)({ ...NOTHING, ...entry }) ? sum + entry.count : sum), 0);

  before(async () => {
    api = await startTestApi();
    proxy = await startFaultProxy({ kubeconfig: api.kubeconfigPath });
    clock = fastClock(50);
    cluster = connectCluster(await loadKubeconfig({ path: proxy.kubeconfig }), { clock });
    client = cluster.client();
    await client.discovery.resources();
  });
  afterEach(() => {
    proxy.rules.clear();
    proxy.resetCounts();
  });
  after(async () => {
    await cluster.close();
    await proxy.close();
    await api.close();
  });

  it('waits as a 429 asks, also before a write, and tries again', async () => {
    proxy.rules.add({ match: verb('create'), fault: { kind: 'status', status: 429, retryAfterSeconds: 7 }, times: 1 });
    clock.delays.length = 0;
    await client.create(configMap('throttled'));
    assert.ok(clock.delays.some((delay) => delay >= 7000 && delay < 8000));
    assert.equal(requests('create'), 2);
  });

  it('gives up at once where the wait would outlast the call, and tells how long it is', async () => {
    proxy.rules.add({ match: verb('get'), fault: { kind: 'status', status: 429, retryAfterSeconds: 20 } });
    await assert.rejects(client.get(ref('x'), { timeoutMs: 2000 }), (error: unknown) => {
      assert.ok(isCapstanError(error, 'KUBE_TOO_MANY_REQUESTS'));
      assert.equal(error.data['retryAfterMs'], 20_000);
      return true;
    });
    assert.equal(requests('get'), 1);
  });

  it('repeats a read over errors of the server and broken connections, a bounded number of times', async () => {
    await client.create(configMap('read'));
    proxy.rules.add({ match: verb('get'), fault: { kind: 'status', status: 503 }, times: 1 });
    proxy.rules.add({ match: verb('get'), fault: { kind: 'drop' }, times: 1 });
    assert.equal((await client.get(ref('read'))).kind, 'ConfigMap');
    proxy.rules.clear();
    proxy.resetCounts();
    proxy.rules.add({ match: verb('get'), fault: { kind: 'status', status: 500 } });
    await assert.rejects(client.get(ref('read')), (error) => isCapstanError(error, 'KUBE_SERVER_ERROR'));
    assert.equal(requests('get'), 6);
  });

  it('says of a write whose answer was lost that it may have happened, and does not repeat it', async () => {
    proxy.rules.add({ match: verb('create'), fault: { kind: 'lose-reply' } });
    await assert.rejects(client.create(configMap('lost')), (error: unknown) => {
      assert.ok(isCapstanError(error, 'KUBE_UNREACHABLE'));
      assert.equal(error.data['ambiguous'], true);
      return true;
    });
    assert.equal(requests('create'), 1);
    assert.notEqual(await client.find(ref('lost')), undefined);
  });

  it('repeats a deletion by UID whose answer was lost', async () => {
    const { metadata } = await client.create(configMap('deleted'));
    proxy.rules.add({ match: verb('delete'), fault: { kind: 'lose-reply' }, times: 1 });
    const outcome = client.delete(ref('deleted'), { uid: textAt(metadata, 'uid') });
    // Gone already: the first one did it.
    await assert.rejects(outcome, (error) => isCapstanError(error, 'KUBE_NOT_FOUND'));
    assert.equal(requests('delete'), 2);
  });

  it('ends a call whose answer does not come, as ambiguous for a write alone', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    proxy.rules.add({ match: verb('get', 'update'), fault: { kind: 'hold', until: promise } });
    const object = await client.create(configMap('held'));
    const timeout = (ambiguous: true | undefined) => (error: unknown) => {
      assert.ok(isCapstanError(error, 'KUBE_TIMEOUT'));
      assert.equal(error.data['ambiguous'], ambiguous);
      return true;
    };
    await assert.rejects(client.get(ref('held'), { timeoutMs: 5000 }), timeout(undefined));
    await assert.rejects(client.update(object, { timeoutMs: 5000 }), timeout(true));
    resolve();
  });

  it('begins a list anew whose continuation has expired, and forgets what came before', async () => {
    for (const name of ['l1', 'l2', 'l3']) {
      const object = configMap(name);
      await client.create({ ...object, metadata: { ...object.metadata, labels: { list: run } } });
    }
    proxy.rules.add({ match: verb('list'), fault: { kind: 'status', status: 410 }, skip: 1, times: 1 });
    const kind = { group: '', version: 'v1', kind: 'ConfigMap' };
    const { items } = await client.listAll(kind, { limit: 2, labelSelector: `list=${run}` });
    assert.deepEqual(
      items.map(({ metadata }) => metadata['name']),
      ['l1', 'l2', 'l3'].map((name) => `${name}-${run}`),
    );
    assert.equal(requests('list'), 4);
  });

  it('says that a server that is not there is unreachable, without ambiguity', async () => {
    const gone = connectCluster(
      {
        ...(await loadKubeconfig({ path: proxy.kubeconfig })),
        server: 'https://127.0.0.1:1',
      },
      { clock },
    );
    await assert.rejects(gone.client().get(ref('x'), { timeoutMs: 20_000 }), (error: unknown) => {
      assert.ok(isCapstanError(error, 'KUBE_UNREACHABLE', 'KUBE_TIMEOUT'));
      assert.equal(error.data['ambiguous'], undefined);
      return true;
    });
    await gone.close();
  });
});

const NOTHING: ApiRequest = {
  method: '',
  url: '',
  verb: 'other',
  group: '',
  version: '',
  resource: '',
  subresource: '',
  namespace: '',
  name: '',
  userAgent: '',
};
