import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { refOf, type KubernetesObject } from '@capstan/object';
import { startTestApi, type TestApi } from '@capstan/testkit';
import { loadKubeconfig } from '../kubeconfig/load-kubeconfig.ts';
import { confineClient } from './confine-client.ts';
import type { KubeClient } from './kube-client.ts';
import { connectCluster, type KubeCluster } from './kube-cluster.ts';

const run = Date.now().toString(36);
const configMaps = { group: '', version: 'v1', kind: 'ConfigMap' };
const namespaces = { group: '', version: 'v1', kind: 'Namespace' };
const [first, second, third] = ['a', 'b', 'c'].map((name) => `${name}-${run}`) as [string, string, string];
const labelSelector = `run=${run}`;

function configMap(namespace: string, name: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, labels: { run } } };
}

describe('a client confined to some namespaces', () => {
  let api: TestApi;
  let kube: KubeCluster;
  let direct: KubeClient;
  let confined: KubeClient;

  before(async () => {
    api = await startTestApi();
    kube = connectCluster(await loadKubeconfig({ path: api.kubeconfigPath }));
    direct = kube.client();
    confined = confineClient(direct, { namespaces: [first, second], clusterResources: false });
    for (const name of [first, second, third])
      await direct.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    for (const namespace of [first, second, third]) await direct.create(configMap(namespace, 'one'));
  });

  after(async () => {
    await kube.close();
    await api.close();
  });

  it('lists them all, and nothing else', async () => {
    const { items, resourceVersion } = await confined.listAll(configMaps, { labelSelector });
    assert.deepEqual(
      items.map((item) => refOf(item).namespace),
      [first, second],
    );
    assert.notEqual(resourceVersion, '');
  });

  it('has no objects without a namespace, unless it may', async () => {
    assert.deepEqual((await confined.listAll(namespaces)).items, []);
    const wide = confineClient(direct, { namespaces: [first], clusterResources: true });
    assert.ok((await wide.listAll(namespaces)).items.length >= 3);
  });

  it('watches them at once from one version, and asks for a new list when one of the watches ends', async () => {
    const { resourceVersion } = await confined.listAll(configMaps, { labelSelector });
    const seen: string[] = [];
    const opened = Promise.withResolvers<void>();
    const stop = new AbortController();
    const watching = (async () => {
      const events = confined.watch(configMaps, {
        resourceVersion,
        labelSelector,
        signal: stop.signal,
        timeoutSeconds: 3,
        onOpen: () => opened.resolve(),
      });
      for await (const { type, object } of events) {
        if (type === 'BOOKMARK') continue;
        const { namespace, name } = refOf(object);
        seen.push(`${type} ${namespace} ${name}`);
      }
    })();
    await opened.promise;
    for (const namespace of [third, second, first]) await direct.create(configMap(namespace, 'two'));
    await assert.rejects(watching, (error: unknown) => isCapstanError(error, 'KUBE_GONE'));
    assert.deepEqual(seen.sort(), [`ADDED ${first} two`, `ADDED ${second} two`]);
  });
});
