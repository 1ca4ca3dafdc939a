import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { applicationResource, crdOf } from '@capstan/api';
import { connectCluster, loadKubeconfig, type KubeCluster } from '@capstan/kube';
import { getPath, refOf, type JsonObject, type KubernetesObject } from '@capstan/object';
import { startTestApi, type TestApi } from '@capstan/testkit';
import type { Cluster } from '../runtime/cluster.ts';
import { ApplicationWriter, patchOf } from './status-writer.ts';

const application: KubernetesObject = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: {
    name: 'web',
    namespace: 'argocd',
    resourceVersion: '7',
    annotations: { 'argocd.argoproj.io/refresh': 'normal', note: 'kept' },
    finalizers: ['a', 'b'],
  },
  operation: { sync: {} },
  status: { sync: { status: 'Synced', revision: 'c1' }, summary: { images: ['a'] }, sourceType: 'Directory' },
};

describe('a change of an Application', () => {
  it('sends nothing where nothing differs', () => {
    assert.deepEqual(patchOf(application, { status: { sync: { status: 'Synced', revision: 'c1' } } }), {});
    assert.deepEqual(patchOf(application, { dropAnnotations: ['absent'] }), {});
    const { operation: _operation, ...idle } = application;
    assert.deepEqual(patchOf({ ...idle, apiVersion: '', kind: '', metadata: {} }, { operation: null }), {});
  });

  it('sends only what differs, and takes away what is null', () => {
    assert.deepEqual(
      patchOf(application, {
        status: { sync: { status: 'OutOfSync', revision: 'c1' }, summary: {}, sourceType: null },
      }),
      { status: { sync: { status: 'OutOfSync' }, summary: { images: null }, sourceType: null } },
    );
  });

  it('ends an operation and drops a refresh in the same write', () => {
    assert.deepEqual(patchOf(application, { operation: null, dropAnnotations: ['argocd.argoproj.io/refresh'] }), {
      operation: null,
      metadata: { annotations: { 'argocd.argoproj.io/refresh': null } },
    });
  });

  it('takes the annotations away as a whole where nothing is left of them', () => {
    const bare = { ...application, metadata: { ...application.metadata, annotations: { refresh: 'normal' } } };
    assert.deepEqual(patchOf(bare, { dropAnnotations: ['refresh'] }), { metadata: { annotations: null } });
  });

  it('changes finalizers only on the state that it has seen', () => {
    assert.deepEqual(patchOf(application, { finalizers: ['b'] }), {
      metadata: { finalizers: ['b'], resourceVersion: '7' },
    });
    assert.deepEqual(patchOf(application, { finalizers: [] })['metadata'], { finalizers: null, resourceVersion: '7' });
  });
});

describe('an operation', () => {
  const options = { signal: new AbortController().signal, caller: 'argo' };
  const asked = { initiatedBy: { username: 'admin' }, sync: { dryRun: true } };
  let api: TestApi;
  let kube: KubeCluster;
  let writer: ApplicationWriter;
  let names = 0;

  const made = async (operation?: JsonObject): Promise<KubernetesObject> =>
    kube.client().create({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: `app-${++names}`, namespace: 'default' },
      spec: { project: 'default', destination: {} },
      ...(operation === undefined ? {} : { operation }),
    });
  const patched = (object: KubernetesObject, patch: JsonObject): Promise<KubernetesObject> =>
    kube.client().patch(refOf(object), { kind: 'merge', patch });

  before(async () => {
    api = await startTestApi();
    kube = connectCluster(await loadKubeconfig({ path: api.kubeconfigPath }));
    await kube.client().create(crdOf(applicationResource));
    const served = async (): Promise<boolean> => {
      await kube.discovery.refresh();
      return kube.discovery.knownPreferred(applicationResource) !== undefined;
    };
    while (!(await served()));
    const live: Pick<Cluster['live'], 'wrote'> = { wrote: () => undefined };
    writer = new ApplicationWriter({ client: kube.client(), live } as unknown as Cluster);
  });

  after(async () => {
    await kube.close();
    await api.close();
  });

  it('that has ended goes, also where something else of the Application has changed meanwhile', async () => {
    const object = await made(asked);
    await patched(object, { metadata: { annotations: { note: 'new' } } });
    const written = await writer.write(object, { operation: null, status: { sourceType: 'Directory' } }, options);
    assert.equal(written['operation'], undefined);
    assert.equal(getPath(written, 'metadata', 'annotations', 'note'), 'new');
    assert.equal(getPath(written, 'status', 'sourceType'), 'Directory');
  });

  it('that somebody has asked for meanwhile is not lost when another one ends', async () => {
    const object = await made({ sync: { revision: 'one' } });
    await patched(object, { operation: asked });
    const written = await writer.write(object, { operation: null, status: { sourceType: 'Directory' } }, options);
    assert.deepEqual(written['operation'], { ...asked, sync: { revision: 'one', dryRun: true } });
    assert.equal(getPath(written, 'status', 'sourceType'), 'Directory');
  });

  it('that somebody has asked for meanwhile is not mixed with one that automation begins', async () => {
    const object = await made();
    await patched(object, { operation: asked });
    const begun = { initiatedBy: { automated: true }, sync: { revision: 'one', prune: true } };
    await assert.rejects(writer.write(object, { operation: begun, status: {} }, options), { code: 'KUBE_CONFLICT' });
    assert.deepEqual((await kube.client().get(refOf(object)))['operation'], asked);
  });
});
