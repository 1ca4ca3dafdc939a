import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { argoHealth } from '@capstan/health';
import { connectCluster, loadKubeconfig, systemClock, type KubeClient } from '@capstan/kube';
import { LOCAL_CLUSTER, refKey, refOf, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { startTestApi } from '@capstan/testkit';
import type { Cluster } from '../../runtime/cluster.ts';
import { Confirmations } from '../../runtime/confirmations.ts';
import { silentLog } from '../../runtime/log.ts';
import { openCluster } from '../../runtime/open-cluster.ts';
import { readApplication } from '../application.ts';
import { CanonicalForms } from '../compare/canonical-forms.ts';
import { compareRulesOf } from '../compare/compare-rules.ts';
import { CompareMemo } from '../compare/compare-object.ts';
import type { ManagedObject } from '../compare/comparison.ts';
import type { Target } from '../compare/targets.ts';
import { defaultSettings } from '../settings/argo-settings.ts';
import { SyncOptions } from '../sync-options.ts';
import { namedHook, planSync } from './plan.ts';
import { runSync, terminateSync } from './run-sync.ts';
import type { SyncRun } from './sync-run.ts';
import { newState, type OperationState } from './state.ts';

const NAMESPACE = 'run-sync';
const clock = systemClock();
const HOOK_FINALIZER = 'argocd.argoproj.io/hook-finalizer';

function configMap(name: string, rest: JsonObject = {}): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: NAMESPACE, ...rest }, data: { a: '1' } };
}

function waved(object: KubernetesObject, wave: number): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, annotations: { 'argocd.argoproj.io/sync-wave': String(wave) } } };
}

/** A hook that ends only when somebody says so: nothing runs its Pod. */
function stuckHook(name: string, annotations: JsonObject = {}): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: NAMESPACE,
      annotations: { 'argocd.argoproj.io/hook': 'PreSync', ...annotations },
    },
    spec: { restartPolicy: 'Never', nodeSelector: { none: 'none' }, containers: [{ name: 'run', image: 'busybox:1' }] },
  };
}

describe('running a sync', () => {
  const undo: (() => Promise<unknown>)[] = [];
  let cluster: Cluster;
  let client: KubeClient;

  before(async () => {
    const api = await startTestApi();
    undo.push(() => api.close());
    const kube = connectCluster(await loadKubeconfig({ path: api.kubeconfigPath }), { id: LOCAL_CLUSTER, clock });
    const opened = openCluster(kube, { clock, log: silentLog, tracked: () => true });
    undo.push(() => opened.close());
    cluster = opened;
    ({ client } = opened);
    await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
    await client
      .create({
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'default', namespace: NAMESPACE },
      })
      .catch(() => undefined);
  });

  after(async () => {
    for (const step of undo.reverse()) await step();
  });

  async function targetOf(object: KubernetesObject): Promise<Target> {
    const ref = refOf(object);
    return { ref, object, rules: await cluster.rules(ref) };
  }

  function role(rules: readonly JsonObject[], name = 'reader'): KubernetesObject {
    return {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name, namespace: NAMESPACE },
      rules,
    };
  }

  function binding(to: string): KubernetesObject {
    const subjects = [{ kind: 'ServiceAccount', name: 'default', namespace: NAMESPACE }];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: to };
    const metadata = { name: 'readers', namespace: NAMESPACE };
    return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata, subjects, roleRef };
  }

  /** A turn of an operation over what Git wants and what is there now. */
  async function runOf(
    wanted: { readonly objects?: readonly KubernetesObject[]; readonly hooks?: readonly KubernetesObject[] },
    state: OperationState,
  ): Promise<SyncRun> {
    const startedAt = Date.parse(state.startedAt);
    const managed: ManagedObject[] = [];
    for (const object of wanted.objects ?? []) {
      const live = await client.find(refOf(object));
      managed.push({
        ...{ ref: refOf(object), target: await targetOf(object), live, sync: 'OutOfSync', hook: false },
        ...{ requiresPruning: false, wave: 0, differences: [] },
      });
    }
    const hooks = await Promise.all((wanted.hooks ?? []).map(targetOf));
    const hookLives = new Map<string, KubernetesObject>();
    for (const { object } of hooks) {
      const ref = refOf(namedHook(object, 'PreSync', { revision: 'abc', startedAt }));
      const live = await client.find(ref);
      if (live !== undefined) hookLives.set(refKey(ref), live);
    }
    const plan = planSync({
      ...{ managed, hooks, hookLives, namespaceTask: undefined, projectName: 'default', revision: 'abc', startedAt },
      project: { destinations: [{ server: '*', namespace: '*' }] },
      destination: { server: 'https://kubernetes.default.svc', name: 'in-cluster', namespace: NAMESPACE },
      options: new SyncOptions([]),
      ...{ prune: true, force: false, skipHooks: false, isSelected: undefined, deletionApproved: false },
    });
    assert.ok(plan.kind === 'plan');
    const signal = new AbortController().signal;
    const application = readApplication({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'shop', namespace: 'argocd' },
      spec: { project: 'default', destination: {} },
    });
    const languages = { deletion: () => (document: JsonValue) => document, matches: () => false };
    return {
      ...{ plan, cluster, clock, caller: 'test', signal, dryRun: false, migrateFrom: undefined },
      compare: {
        cluster,
        forms: new CanonicalForms(),
        memo: new CompareMemo(),
        confirmations: new Confirmations(),
        judge: argoHealth,
        rules: () => compareRulesOf(application, defaultSettings, languages),
        ...{ signal, now: () => clock.now(), caller: 'test' },
      },
      isClaimed: () => true,
      deniedNow: () => Promise.resolve(undefined),
      announce: () => Promise.resolve(),
      onDeleted: () => undefined,
    };
  }

  const begin = (): OperationState => newState({ sync: {} }, new Date(clock.now()).toISOString());

  it('ends with its last write where there are neither waves nor hooks', async () => {
    const ended = await runSync(await runOf({ objects: [configMap('plain')] }, begin()), begin());
    assert.equal(ended.phase, 'Succeeded');
    assert.equal(ended.message, 'successfully synced (all tasks run)');
    assert.deepEqual(
      ended.resources.map(({ name, status, hookPhase }) => [name, status, hookPhase]),
      [['plain', 'Synced', 'Running']],
    );
  });

  it('reconciles a role before it applies it, and says of both', async () => {
    const get = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };
    const made = await runSync(await runOf({ objects: [role([get])] }, begin()), begin());
    assert.equal(
      made.resources[0]?.message,
      'role.rbac.authorization.k8s.io/reader reconciled. reconciliation required create\n\tmissing rules added:\n\t\t{Verbs:[get] APIGroups:[] Resources:[pods] ResourceNames:[] NonResourceURLs:[]}role.rbac.authorization.k8s.io/reader configured. Warning: resource roles/reader is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is required by  apply.  apply should only be used on resources created declaratively by either  create --save-config or  apply. The missing annotation will be patched automatically.',
    );
    const more = role([{ ...get, verbs: ['get', 'list'] }]);
    const changed = await runSync(await runOf({ objects: [more] }, begin()), begin());
    assert.equal(
      changed.resources[0]?.message,
      'role.rbac.authorization.k8s.io/reader reconciled. reconciliation required update\n\tmissing rules added:\n\t\t{Verbs:[list] APIGroups:[] Resources:[pods] ResourceNames:[] NonResourceURLs:[]}role.rbac.authorization.k8s.io/reader configured',
    );
    assert.deepEqual((await client.get(refOf(more)))['rules'], more['rules']);
    const same = await runSync(await runOf({ objects: [more] }, begin()), begin());
    assert.equal(
      same.resources[0]?.message,
      'role.rbac.authorization.k8s.io/reader reconciledrole.rbac.authorization.k8s.io/reader unchanged',
    );
  });

  it('says that what is replaced as a whole with each patch was configured, changed or not', async () => {
    const budget: KubernetesObject = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'budget', namespace: NAMESPACE },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
    };
    await runSync(await runOf({ objects: [budget] }, begin()), begin());
    const before = await client.get(refOf(budget));
    const again = await runSync(await runOf({ objects: [budget] }, begin()), begin());
    assert.equal(again.resources[0]?.message, 'poddisruptionbudget.policy/budget configured');
    assert.equal((await client.get(refOf(budget))).metadata['resourceVersion'], before.metadata['resourceVersion']);
  });

  it('makes a binding anew that is to bind to another role', async () => {
    await runSync(await runOf({ objects: [binding('reader')] }, begin()), begin());
    const before = await client.get(refOf(binding('reader')));
    const ended = await runSync(await runOf({ objects: [binding('writer')] }, begin()), begin());
    assert.equal(ended.phase, 'Succeeded');
    assert.match(
      ended.resources[0]?.message ?? '',
      /^rolebinding\.rbac\.authorization\.k8s\.io\/readers reconciled\. reconciliation required recreaterolebinding/,
    );
    const after = await client.get(refOf(binding('writer')));
    assert.notEqual(after.metadata['uid'], before.metadata['uid']);
    assert.deepEqual(after['roleRef'], binding('writer')['roleRef']);
  });

  it('tries all at once in a dry run, hooks of a failure included, and writes nothing', async () => {
    const failure = stuckHook('after', { 'argocd.argoproj.io/hook': 'SyncFail' });
    const wanted = { objects: [configMap('tried'), configMap('plain')], hooks: [stuckHook('before'), failure] };
    const run = { ...(await runOf(wanted, begin())), dryRun: true };
    const ended = await runSync(run, begin());
    assert.deepEqual([ended.phase, ended.message], ['Succeeded', 'successfully synced (no more tasks)']);
    assert.deepEqual(ended.resources.map(({ message, hookPhase }) => [message, hookPhase]).sort(), [
      ['configmap/plain configured (dry run)', 'Succeeded'],
      ['configmap/tried created (dry run)', 'Succeeded'],
      ['pod/after created (dry run)', 'Succeeded'],
      ['pod/before created (dry run)', 'Succeeded'],
    ]);
    for (const object of [configMap('tried'), stuckHook('before'), failure])
      assert.equal(await client.find(refOf(object)), undefined);
  });

  it('fails a dry run in which something is refused', async () => {
    const broken: KubernetesObject = { ...role([{ apiGroups: [''], resources: ['pods'], verbs: [] }], 'broken') };
    const ended = await runSync({ ...(await runOf({ objects: [broken] }, begin())), dryRun: true }, begin());
    assert.deepEqual([ended.phase, ended.message], ['Failed', 'one or more objects failed to apply (dry run)']);
  });

  it('waits for a hook, and goes on when it has ended, letting it go', async () => {
    const wanted = { objects: [configMap('behind')], hooks: [stuckHook('migrate')] };
    const waiting = await runSync(await runOf(wanted, begin()), begin());
    assert.equal(waiting.phase, 'Running');
    assert.equal(waiting.message, 'waiting for completion of hook /Pod/migrate');
    assert.equal(await client.find(refOf(configMap('behind'))), undefined);
    const ref = refOf(stuckHook('migrate'));
    const hook = await client.get(ref);
    assert.deepEqual(hook.metadata['finalizers'], [HOOK_FINALIZER]);
    await client.patch(
      ref,
      { kind: 'merge', patch: { status: { phase: 'Succeeded' } } },
      { subresource: 'status', fieldManager: 'kubelet' },
    );
    const ended = await runSync(await runOf(wanted, waiting), waiting);
    assert.equal(ended.phase, 'Succeeded');
    assert.equal((await client.get(ref)).metadata['finalizers'], undefined);
    assert.ok(await client.find(refOf(configMap('behind'))));
  });

  it('fails when somebody has deleted what it waits for', async () => {
    const wanted = { objects: [configMap('never')], hooks: [stuckHook('vanishing')] };
    const waiting = await runSync(await runOf(wanted, begin()), begin());
    const ref = refOf(stuckHook('vanishing'));
    await client.patch(ref, { kind: 'merge', patch: { metadata: { finalizers: null } } }, { fieldManager: 'someone' });
    await client.delete(ref, { gracePeriodSeconds: 0 });
    const ended = await runSync(await runOf(wanted, waiting), waiting);
    assert.equal(ended.phase, 'Failed');
    assert.equal(
      ended.message,
      'one or more synchronization tasks completed unsuccessfully, reason: Resource /Pod/vanishing is missing, it might have been deleted',
    );
    assert.equal(await client.find(refOf(configMap('never'))), undefined);
  });

  it('stops at the wave in which something is refused', async () => {
    const broken: KubernetesObject = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'broken', namespace: NAMESPACE },
      spec: { ports: [{ port: 99_999 }] },
    };
    const wanted = { objects: [broken, waved(configMap('later'), 1)] };
    const ended = await runSync(await runOf(wanted, begin()), begin());
    assert.equal(ended.phase, 'Failed');
    assert.match(ended.message, /^one or more objects failed to apply, reason: .*99999/);
    assert.equal(await client.find(refOf(configMap('later'))), undefined);
  });

  it('ends at somebody’s wish, and takes the running hook away', async () => {
    const wanted = { hooks: [stuckHook('endless')] };
    const waiting = await runSync(await runOf(wanted, begin()), begin());
    const ended = await terminateSync(await runOf(wanted, waiting), waiting);
    assert.deepEqual([ended.phase, ended.message], ['Failed', 'Operation terminated']);
    assert.deepEqual(
      ended.resources.map(({ hookPhase, message }) => [hookPhase, message]),
      [['Failed', 'Terminated']],
    );
    const left = await client.find(refOf(stuckHook('endless')));
    assert.ok(left === undefined || left.metadata['deletionTimestamp'] !== undefined);
  });

  it('tells a hook that has ended meanwhile as it ended, and leaves it there', async () => {
    const wanted = { hooks: [stuckHook('quick')] };
    const waiting = await runSync(await runOf(wanted, begin()), begin());
    const ref = refOf(stuckHook('quick'));
    await client.patch(
      ref,
      { kind: 'merge', patch: { status: { phase: 'Succeeded' } } },
      { subresource: 'status', fieldManager: 'kubelet' },
    );
    const ended = await terminateSync(await runOf(wanted, waiting), waiting);
    assert.equal(ended.resources[0]?.hookPhase, 'Succeeded');
    const left = await client.get(ref);
    assert.deepEqual([left.metadata['finalizers'], left.metadata['deletionTimestamp']], [undefined, undefined]);
  });
});
