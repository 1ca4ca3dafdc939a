import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isCapstanError, type ErrorCode } from '@capstan/errors';
import type { KubernetesObject, VersionedRef } from '@capstan/object';
import { startTestApi, type TestApi } from '@capstan/testkit';
import { loadKubeconfig } from '../kubeconfig/load-kubeconfig.ts';
import { textAt } from '../testing/text-at.ts';
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
const failsWith =
  (code: ErrorCode) =>
  (error: unknown): boolean =>
    isCapstanError(error, code);

describe('the client', () => {
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

  it('creates, reads, replaces and deletes an object', async () => {
    const created = await client.create(configMap('life', { a: '1' }));
    assert.deepEqual((await client.get(ref('life')))['data'], { a: '1' });
    const replaced = await client.update({ ...created, data: { b: '2' } });
    assert.deepEqual(replaced['data'], { b: '2' });
    await assert.rejects(client.update({ ...created, data: {} }), failsWith('KUBE_CONFLICT'));
    await client.delete(ref('life'), { uid: textAt(created.metadata, 'uid') });
    assert.equal(await client.find(ref('life')), undefined);
    await assert.rejects(client.get(ref('life')), failsWith('KUBE_NOT_FOUND'));
  });

  it('stores nothing on a dry run, and passes warnings on', async () => {
    const warnings: string[] = [];
    const object = { ...configMap('dry', { a: '1' }), datas: {} };
    await client.create(object, { dryRun: true, fieldValidation: 'Warn', onWarning: (text) => warnings.push(text) });
    assert.equal(await client.find(ref('dry')), undefined);
    assert.deepEqual(warnings, ['unknown field "datas"']);
    await assert.rejects(client.create(object, { fieldValidation: 'Strict' }), failsWith('KUBE_INVALID'));
  });

  it('lists by pages, every item with its kind', async () => {
    for (const name of ['p1', 'p2', 'p3', 'p4', 'p5']) {
      const object = configMap(name, {});
      await client.create({ ...object, metadata: { ...object.metadata, labels: { paged: run } } });
    }
    const sizes: number[] = [];
    for await (const page of client.list(configMaps, { limit: 2, labelSelector: `paged=${run}` })) {
      sizes.push(page.items.length);
      assert.ok(page.items.every((item) => item.apiVersion === 'v1' && item.kind === 'ConfigMap'));
    }
    assert.deepEqual(sizes, [2, 2, 1]);
  });

  it('refuses to delete another object than the one that was meant', async () => {
    await client.create(configMap('kept', {}));
    await assert.rejects(client.delete(ref('kept'), { uid: 'another' }), failsWith('KUBE_CONFLICT'));
    assert.notEqual(await client.find(ref('kept')), undefined);
  });

  it('never makes a path of a name that would lead elsewhere', async () => {
    for (const name of ['', '..', 'a/b', '%2e%2e']) {
      await assert.rejects(client.get({ ...ref(''), name }), failsWith('KUBE_INVALID'));
    }
  });

  it('knows kinds, subresources and schemas', async () => {
    const deployment = { group: 'apps', version: 'v1', kind: 'Deployment' };
    const resource = await cluster.discovery.resourceFor(deployment);
    assert.equal(resource.resource, 'deployments');
    assert.equal(resource.namespaced, true);
    assert.ok(resource.subresources.includes('status'));
    assert.equal((await cluster.discovery.schemaFor(deployment))?.schemaName, 'io.k8s.api.apps.v1.Deployment');
    await assert.rejects(
      cluster.discovery.resourceFor({ group: 'apps', version: 'v9', kind: 'Deployment' }),
      failsWith('KUBE_KIND_UNKNOWN'),
    );
  });

  it('ends a call when its signal is aborted', async () => {
    const reason = new Error('enough');
    await assert.rejects(client.get(ref('kept'), { signal: AbortSignal.abort(reason) }), reason);
  });
});
