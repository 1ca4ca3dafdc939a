import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { connectCluster, loadKubeconfig, systemClock, type KubeClient, type KubeCluster } from '@capstan/kube';
import { LOCAL_CLUSTER, refOf, type KubernetesObject } from '@capstan/object';
import { startTestApi, type TestApi } from '@capstan/testkit';
import { FollowedObjects, type LeftObject } from './followed-objects.ts';

const SECRET = { group: '', version: 'v1', kind: 'Secret' } as const;
const secret = (name: string, namespace: string, type: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace, labels: { type } },
});

function text(value: unknown): string {
  assert.ok(typeof value === 'string');
  return value;
}

const left = (object: KubernetesObject): LeftObject => ({
  ref: refOf(object),
  uid: text(object.metadata['uid']),
  labels: { type: 'cluster' },
  resourceVersion: text(object.metadata['resourceVersion']),
});

describe('objects that are followed', () => {
  let api: TestApi;
  let kube: KubeCluster;
  let client: KubeClient;

  before(async () => {
    api = await startTestApi();
    const config = await loadKubeconfig({ path: api.kubeconfigPath });
    kube = connectCluster(config, { id: LOCAL_CLUSTER, clock: systemClock() });
    client = kube.client();
    for (const name of ['argo', 'else'])
      await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  });

  after(async () => {
    await kube.close();
    await api.close();
  });

  it('are those of the scope, as they come, change and go', async () => {
    await client.create(secret('one', 'argo', 'repository'));
    await client.create(secret('plain', 'argo', 'opaque'));
    await client.create(secret('far', 'else', 'repository'));
    let wake: () => void = () => undefined;
    const followed = new FollowedObjects({
      client,
      kind: SECRET,
      scope: { namespace: 'argo', label: 'type', values: ['repository', 'cluster'] },
      clock: systemClock(),
      random: () => 0.5,
      onChange: () => wake(),
      onFailure: (error) => assert.fail(String(error)),
    });
    const names = (): readonly string[] =>
      followed
        .list()
        .map((object) => refOf(object).name)
        .sort();
    const until = async (wanted: readonly string[]): Promise<void> => {
      while (names().join() !== wanted.join())
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    };
    await followed.ready;
    assert.deepEqual(names(), ['one']);
    const two = await client.create(secret('two', 'argo', 'cluster'));
    await until(['one', 'two']);
    assert.ok(followed.shows(left(two)));
    assert.ok(!followed.shows({ ...left(two), resourceVersion: '9999999999' }));
    assert.ok(!followed.shows({ ...left(two), resourceVersion: undefined }), 'it is not gone');
    assert.ok(!followed.shows({ ...left(two), labels: { type: 'opaque' } }), 'it is still counted in');
    assert.ok(followed.shows({ ...left(two), ref: { ...refOf(two), namespace: 'else' } }), 'it is no concern of ours');
    await client.patch(
      { ...SECRET, namespace: 'argo', name: 'one' },
      { kind: 'merge', patch: { metadata: { labels: { type: 'opaque' } } } },
    );
    await until(['two']);
    await client.delete({ ...SECRET, namespace: 'argo', name: 'two' });
    await until([]);
    assert.ok(followed.shows({ ...left(two), resourceVersion: undefined }));
    assert.ok(followed.shows(left(two)), 'it has been seen, before it went');
    await followed.close();
  });
});
