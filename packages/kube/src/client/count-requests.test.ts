import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startFaultProxy, startTestApi, type FaultProxy, type TestApi } from '@capstan/testkit';
import { loadKubeconfig } from '../kubeconfig/load-kubeconfig.ts';
import { connectCluster, type KubeCluster } from './kube-cluster.ts';

const run = Date.now().toString(36);
const ref = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name: `counted-${run}` };
const deployments = { group: 'apps', version: 'v1', kind: 'Deployment' };

describe('the count of requests', () => {
  let api: TestApi;
  let proxy: FaultProxy;
  let cluster: KubeCluster;

  before(async () => {
    api = await startTestApi();
    proxy = await startFaultProxy({ kubeconfig: api.kubeconfigPath });
    cluster = connectCluster(await loadKubeconfig({ path: proxy.kubeconfig }));
  });
  after(async () => {
    await cluster.close();
    await proxy.close();
    await api.close();
  });

  it('is what a proxy before the API counts, failed ones and watches included', async () => {
    const client = cluster.client();
    const { namespace, name } = ref;
    await client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace } });
    await client.patch(ref, { kind: 'merge', patch: { data: { a: '1' } } });
    await client.find({ ...ref, name: `absent-${run}` });
    await client.listAll(deployments, { namespace: 'default' });
    await client.listAll({ group: '', version: 'v1', kind: 'Namespace' });
    await client.get({ group: '', version: 'v1', kind: 'Namespace', namespace: '', name: 'default' });
    proxy.rules.add({ match: ({ verb }) => verb === 'get', fault: { kind: 'status', status: 503 }, times: 1 });
    await client.get(ref);
    for await (const _event of client.watch(deployments, { timeoutSeconds: 1 })) continue;
    await client.delete(ref);
    const sorted = (counts: readonly { readonly verb: string; readonly resource: string }[]): readonly string[] =>
      counts.map((entry) => JSON.stringify(entry, ['verb', 'group', 'resource', 'subresource', 'count'])).sort();
    assert.deepEqual(sorted(cluster.requests()), sorted(proxy.counts()));
  });
});
