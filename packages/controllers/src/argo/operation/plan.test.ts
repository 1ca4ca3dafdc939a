import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { refKey, refOf, type KubernetesObject } from '@capstan/object';
import type { ManagedObject } from '../compare/comparison.ts';
import type { Target } from '../compare/targets.ts';
import { SyncOptions } from '../sync-options.ts';
import { planSync, type SyncInput, type SyncPlan } from './plan.ts';

const rules = { namespaced: true, hasStatus: false, merge: undefined, types: undefined };

function object(kind: string, name: string, annotations: Readonly<Record<string, string>> = {}): KubernetesObject {
  return { apiVersion: 'v1', kind, metadata: { name, namespace: 'shop', annotations } };
}

function target(given: KubernetesObject): Target {
  return { ref: refOf(given), object: given, rules };
}

function managed(rest: Partial<ManagedObject> & { readonly of: KubernetesObject }): ManagedObject {
  const { of, ...given } = rest;
  return {
    ref: refOf(of),
    target: target(of),
    live: undefined,
    sync: 'OutOfSync',
    hook: false,
    requiresPruning: false,
    wave: 0,
    differences: [],
    ...given,
  };
}

function tracked(kind: string, name: string, annotations: Readonly<Record<string, string>> = {}): KubernetesObject {
  return object(kind, name, { ...annotations, 'argocd.argoproj.io/tracking-id': `web:/${kind}:shop/${name}` });
}

function extra(name: string, annotations: Readonly<Record<string, string>> = {}): ManagedObject {
  const live = tracked('ConfigMap', name, annotations);
  return managed({ of: live, target: undefined, live, requiresPruning: true });
}

function plan(rest: Partial<SyncInput>): SyncPlan {
  return planSync({
    managed: [],
    hooks: [],
    hookLives: new Map(),
    namespaceTask: undefined,
    project: { destinations: [{ server: '*', namespace: 'shop' }] },
    projectName: 'default',
    destination: { server: 'https://kubernetes.default.svc', name: 'in-cluster', namespace: 'shop' },
    options: new SyncOptions([]),
    prune: true,
    force: false,
    skipHooks: false,
    isSelected: undefined,
    revision: 'c0ffee0123456789',
    deletionApproved: false,
    startedAt: 1_000_000,
    ...rest,
  });
}

function steps(made: SyncPlan): readonly string[] {
  assert.equal(made.kind, 'plan');
  if (made.kind !== 'plan') return [];
  return made.plan.steps.map(
    ({ phase, wave, tasks, gate }) => `${phase}/${wave} ${tasks.map(({ ref }) => ref.name).join(',')} ${gate}`,
  );
}

describe('the plan of a sync', () => {
  it('goes by phase, wave and kind; only the last step need not settle', () => {
    const made = plan({
      managed: [
        managed({ of: object('Service', 'web') }),
        managed({ of: object('ConfigMap', 'late', { 'argocd.argoproj.io/sync-wave': '1' }) }),
        managed({ of: object('Secret', 'token') }),
      ],
      hooks: [target(object('Job', 'migrate', { 'argocd.argoproj.io/hook': 'PreSync' }))],
    });
    assert.deepEqual(steps(made), ['PreSync/0 migrate settled', 'Sync/0 token,web settled', 'Sync/1 late written']);
  });

  it('gives hooks a finalizer, and those without a name one of this operation', () => {
    const hook: KubernetesObject = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { generateName: 'migrate-', namespace: 'shop', annotations: { 'argocd.argoproj.io/hook': 'PreSync' } },
    };
    const made = plan({ hooks: [target(hook)] });
    const [task] = made.kind === 'plan' ? [...made.tasks.values()] : [];
    assert.equal(task?.task.ref.name, 'migrate-c0ffee0-presync-1000');
    assert.deepEqual(task.target?.object.metadata['finalizers'], ['argocd.argoproj.io/hook-finalizer']);
  });

  it('finds the object of a hook that an earlier run has left', () => {
    const hook = object('Job', 'migrate', { 'argocd.argoproj.io/hook': 'PreSync' });
    const made = plan({ hooks: [target(hook)], hookLives: new Map([[refKey(refOf(hook)), hook]]) });
    const [task] = made.kind === 'plan' ? [...made.tasks.values()] : [];
    assert.equal(task?.live, hook);
  });

  it('keeps hooks of failure for a failure, and leaves out what is to be skipped', () => {
    const made = plan({
      managed: [managed({ of: object('ConfigMap', 'skipped', { 'argocd.argoproj.io/hook': 'Skip' }) })],
      hooks: [target(object('Job', 'alarm', { 'argocd.argoproj.io/hook': 'SyncFail' }))],
    });
    assert.deepEqual(steps(made), []);
    assert.deepEqual(made.kind === 'plan' && made.plan.onFailure.map(({ ref }) => ref.name), ['alarm']);
  });

  it('prunes what Git has no more, unless the sync or the object says not', () => {
    const skips = (made: SyncPlan): readonly (string | undefined)[] =>
      made.kind === 'plan'
        ? [...made.tasks.values()].map(({ task }) => (task.action.kind === 'delete' ? task.action.skip : 'no prune'))
        : [];
    const kept = extra('b', { 'argocd.argoproj.io/sync-options': 'Prune=false' });
    assert.deepEqual(skips(plan({ managed: [extra('a'), kept] })), [undefined, 'ignored (no prune)']);
    assert.deepEqual(skips(plan({ managed: [extra('a')], prune: false })), ['ignored (requires pruning)']);
  });

  it('does not touch a copy that bears the id of another object', () => {
    const live = object('ConfigMap', 'copy', { 'argocd.argoproj.io/tracking-id': 'web:/ConfigMap:shop/settings' });
    assert.deepEqual(steps(plan({ managed: [managed({ of: live, target: undefined, live })] })), []);
  });

  it('asks for approval before a prune that needs it', () => {
    const made = plan({ managed: [extra('a', { 'argocd.argoproj.io/sync-options': 'Prune=confirm' })] });
    const [task] = made.kind === 'plan' ? [...made.tasks.values()] : [];
    assert.equal(task?.task.action.kind === 'delete' && task.task.action.needsApproval, true);
  });

  it('of selected objects has no others; with ApplyOutOfSyncOnly none that are as they should be', () => {
    const both = [managed({ of: object('ConfigMap', 'a') }), managed({ of: object('ConfigMap', 'b') })];
    assert.deepEqual(steps(plan({ managed: both, isSelected: ({ name }) => name === 'b' })), ['Sync/0 b written']);
    const live = object('ConfigMap', 'a');
    const same = managed({ of: live, live, sync: 'Synced' });
    const options = new SyncOptions(['ApplyOutOfSyncOnly=true']);
    assert.deepEqual(steps(plan({ managed: [same, managed({ of: object('ConfigMap', 'b') })], options })), [
      'Sync/0 b written',
    ]);
  });

  it('is refused where the project does not allow a kind or a namespace', () => {
    const elsewhere = { ...object('ConfigMap', 'b'), metadata: { name: 'b', namespace: 'other' } };
    const made = plan({
      managed: [managed({ of: object('Secret', 'a') }), managed({ of: elsewhere })],
      project: {
        destinations: [{ server: '*', namespace: 'shop' }],
        namespaceResourceBlacklist: [{ group: '', kind: 'Secret' }],
      },
    });
    assert.deepEqual(made.kind === 'refused' && made.problems.map(({ message }) => message), [
      'resource :Secret is not permitted in project default',
      "namespace other is not permitted in project 'default'",
    ]);
  });

  it('is refused where a kind is not served, unless a CRD of the same sync will serve it', () => {
    const gizmo: KubernetesObject = {
      apiVersion: 'example.com/v1',
      kind: 'Gizmo',
      metadata: { name: 'first', namespace: 'shop' },
    };
    const crd: KubernetesObject = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'gizmos.example.com' },
      spec: { group: 'example.com', names: { kind: 'Gizmo' } },
    };
    const unknown = managed({ of: gizmo, target: { ref: refOf(gizmo), object: gizmo, rules: undefined } });
    assert.equal(plan({ managed: [unknown] }).kind, 'refused');
    const definition = managed({
      of: crd,
      target: { ref: refOf(crd), object: crd, rules: { ...rules, namespaced: false } },
    });
    const project = {
      destinations: [{ server: '*', namespace: 'shop' }],
      clusterResourceWhitelist: [{ group: '*', kind: '*' }],
    };
    assert.deepEqual(steps(plan({ managed: [unknown, definition], project })), [
      'Sync/0 gizmos.example.com,first written',
    ]);
  });
});
