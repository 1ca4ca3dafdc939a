import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import type { KubernetesObject, VersionedRef } from '@capstan/object';
import { startFaultProxy, startTestApi, type TestApi } from '@capstan/testkit';
import { loadKubeconfig } from '../kubeconfig/load-kubeconfig.ts';
import { connectCluster, type KubeCluster } from './kube-cluster.ts';
import type { KubeClient } from './kube-client.ts';

const configMaps = { group: '', version: 'v1', kind: 'ConfigMap' };
const run = Date.now().toString(36);
const ref = (name: string): VersionedRef => ({ ...configMaps, namespace: 'default', name: `${name}-${run}` });
const configMap = (name: string, data: Record<string, string>): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: `${name}-${run}`, namespace: 'default' },
  data,
});
describe('patches', () => {
  let api: TestApi;
  let cluster: KubeCluster;
  let client: KubeClient;

  before(async () => {
    api = await startTestApi();
    cluster = connectCluster(await loadKubeconfig({ path: api.kubeconfigPath }));
    client = cluster.client();
  });
  after(async () => {
    await cluster.close();
    await api.close();
  });

  it('speaks all four patch kinds', async () => {
    await client.create(configMap('patched', { a: '1' }));
    const json = [{ op: 'add', path: '/data/b', value: '2' }];
    await client.patch(ref('patched'), { kind: 'json', operations: json });
    await client.patch(ref('patched'), { kind: 'merge', patch: { data: { a: null } } });
    await client.patch(ref('patched'), { kind: 'strategic', patch: { data: { c: '3' } } });
    const applied = await client.apply(configMap('patched', { d: '4' }), { fieldManager: 'test' });
    assert.deepEqual(applied['data'], { b: '2', c: '3', d: '4' });
  });

  it('names the manager and the field of a conflict, and takes the field by force', async () => {
    await client.apply(configMap('contested', { a: '1' }), { fieldManager: 'one' });
    const other = configMap('contested', { a: '2' });
    await assert.rejects(client.apply(other, { fieldManager: 'two' }), (error: unknown) => {
      assert.ok(isCapstanError(error, 'KUBE_CONFLICT'));
      assert.match(String(error.data['causes']), /^\.data\.a: conflict with "one"/);
      return true;
    });
    const taken = await client.apply(other, { fieldManager: 'two', force: true });
    assert.deepEqual(taken['data'], { a: '2' });
  });

  it('repeats an apply whose answer was lost, since the same intent again changes nothing', async () => {
    const proxy = await startFaultProxy({ kubeconfig: api.kubeconfigPath });
    const through = connectCluster(await loadKubeconfig({ path: proxy.kubeconfig }));
    proxy.rules.add({ match: ({ verb }) => verb === 'patch', fault: { kind: 'lose-reply' }, times: 1 });
    const applied = await through.client().apply(configMap('repeated', { a: '1' }), { fieldManager: 'test' });
    assert.deepEqual(applied['data'], { a: '1' });
    assert.equal(proxy.counts().find(({ verb }) => verb === 'patch')?.count, 2);
    assert.deepEqual(await client.get(ref('repeated')), applied);
    await through.close();
    await proxy.close();
  });
});
