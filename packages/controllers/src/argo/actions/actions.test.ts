import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { connectCluster, loadKubeconfig, type KubeClient } from '@capstan/kube';
import { getPath, LOCAL_CLUSTER, refOf, type KubernetesObject } from '@capstan/object';
import { startTestApi } from '@capstan/testkit';
import type { ProjectSpec } from '../project/project-spec.ts';
import type { KindCustomization } from '../settings/argo-settings.ts';
import {
  ACTION_MANAGER,
  discoverActions,
  planAction,
  runOperations,
  type ActionContext,
  type ActionPlace,
} from './index.ts';

const NAMESPACE = 'actions';
const destination = { server: 'https://kubernetes.default.svc', name: 'in-cluster' };

function contextOf(...customizations: KindCustomization[]): ActionContext {
  return { customizations, now: new Date('2026-01-15T12:30:20Z'), random: () => 0.5 };
}

function customized(kind: string, actions: string): KindCustomization {
  return { group: '', kind, useOpenLibs: false, knownTypeFields: [], actions };
}

const cronJob: KubernetesObject = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'report', namespace: NAMESPACE },
  spec: {
    schedule: '0 0 1 1 *',
    jobTemplate: {
      spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'busybox:1' }] } } },
    },
  },
};

const stamp = `
discovery.lua: |
  return {stamp = {}, ["create-copy"] = {disabled = obj.data == nil}}
definitions:
- name: stamp
  action.lua: |
    obj.data.stamp = actionParams.text
    return obj
- name: create-copy
  action.lua: |
    obj.metadata = {name = obj.metadata.name .. "-copy", namespace = actionParams.namespace or obj.metadata.namespace}
    return {{operation = "create", resource = obj}}
- name: patch-other
  action.lua: |
    obj.metadata.name = "other"
    return obj
`;
const context = contextOf(customized('ConfigMap', stamp));

const configMap: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'plain', namespace: NAMESPACE },
  data: { a: '1' },
};

describe('the actions of an object', () => {
  it("are the operator's instead of the built-in ones, unless they are merged", () => {
    const own = 'discovery.lua: \'return {suspend = {displayName = "Stop"}}\'\n';
    const names = (actions: string): unknown =>
      discoverActions(cronJob, contextOf({ ...customized('CronJob', actions), group: 'batch' })).map(
        ({ name, displayName }) => [name, displayName],
      );
    assert.deepEqual(names(own), [['suspend', 'Stop']]);
    assert.deepEqual(names(`${own}mergeBuiltinActions: true\n`), [
      ['create-job', 'Create Job'],
      ['suspend', 'Stop'],
    ]);
  });

  it('that nobody has defined cannot be run', () => {
    assert.throws(() => planAction(configMap, 'restart', {}, contextOf()), { code: 'ACTION_FAILED' });
    assert.throws(() => planAction(configMap, 'stamp', {}, contextOf(customized('ConfigMap', '- a list'))), {
      code: 'EXPRESSION_INVALID',
    });
  });
});

describe('running an action', () => {
  const undo: (() => Promise<unknown>)[] = [];
  let client: KubeClient;
  const place = (project: ProjectSpec): ActionPlace => ({ client, project, destination });
  const open: ProjectSpec = { destinations: [{ server: '*', namespace: NAMESPACE }] };

  before(async () => {
    const api = await startTestApi();
    undo.push(() => api.close());
    const kube = connectCluster(await loadKubeconfig({ path: api.kubeconfigPath }), { id: LOCAL_CLUSTER });
    undo.push(() => kube.close());
    client = kube.client();
    await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  });

  after(async () => {
    for (const each of undo.reverse()) await each();
  });

  it("patches the object under upstream's field manager, and writes nothing where nothing changes", async () => {
    const live = await client.create(configMap);
    const plan = (text: string) => planAction(live, 'stamp', { text }, context);
    const [written] = await runOperations(place(open), live, plan('now'));
    assert.equal(getPath(written, 'data', 'stamp'), 'now');
    const managers = getPath(written, 'metadata', 'managedFields');
    assert.ok(JSON.stringify(managers).includes(`"manager":"${ACTION_MANAGER}"`));
    assert.ok(written !== undefined);
    assert.deepEqual(
      await runOperations(place(open), written, planAction(written, 'stamp', { text: 'now' }, context)),
      [],
    );
  });

  it('creates what it wants created', async () => {
    const live = await client.create(cronJob);
    const [job] = await runOperations(place(open), live, planAction(live, 'create-job', {}, contextOf()));
    assert.deepEqual([job?.kind, getPath(job, 'metadata', 'name')], ['Job', 'report-2601151230']);
  });

  it('writes nothing that the project does not permit: a kind, or a namespace, also of what is created', async () => {
    const live = await client.create({ ...configMap, metadata: { name: 'kept', namespace: NAMESPACE } });
    const noConfigMaps: ProjectSpec = { ...open, namespaceResourceBlacklist: [{ group: '', kind: 'ConfigMap' }] };
    const stamped = planAction(live, 'stamp', { text: 'x' }, context);
    const copied = planAction(live, 'create-copy', { namespace: 'kube-system' }, context);
    await assert.rejects(runOperations(place(noConfigMaps), live, stamped), { code: 'PROJECT_DENIED' });
    await assert.rejects(runOperations(place({ destinations: [] }), live, stamped), { code: 'PROJECT_DENIED' });
    await assert.rejects(runOperations(place(open), live, [...stamped, ...copied]), { code: 'PROJECT_DENIED' });
    await assert.rejects(runOperations(place(open), live, planAction(live, 'patch-other', {}, context)), {
      code: 'PROJECT_DENIED',
    });
    const after = await client.get(refOf(live));
    assert.equal(getPath(after, 'metadata', 'resourceVersion'), getPath(live, 'metadata', 'resourceVersion'));
    const copy = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'kube-system', name: 'kept-copy' };
    assert.equal(await client.find(copy), undefined);
  });

  it('writes nothing at all where something that is to be created would not be', async () => {
    const live = await client.create({ ...configMap, metadata: { name: 'first', namespace: NAMESPACE } });
    const copied = planAction(live, 'create-copy', {}, context);
    await runOperations(place(open), live, copied);
    const both = [...planAction(live, 'stamp', { text: 'x' }, context), ...copied];
    await assert.rejects(runOperations(place(open), live, both));
    assert.equal(getPath(await client.get(refOf(live)), 'data', 'stamp'), undefined);
  });
});
