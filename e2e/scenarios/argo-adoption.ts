import { deepEqual, getPath, type JsonObject, type KubernetesObject, type VersionedRef } from '@capstan/object';
import { removeObject } from '../app.ts';
import { approveDeletion, waits } from '../argo-operation.ts';
import { capstan, mustEnd } from '../capstan.ts';
import { entriesAt, textAt, uidOf, versionOf } from '../fields.ts';
import { configMap } from '../manifests.ts';
import { withProject } from '../project.ts';
import { lonely, scenario, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

const TRACKING = 'argocd.argoproj.io/tracking-id';
const REFRESH = 'argocd.argoproj.io/refresh';

/** A ConfigMap as Argo CD leaves one that it has applied. */
function asApplied(namespace: string, application: string, data: JsonObject): KubernetesObject {
  const metadata = {
    name: 'settings',
    namespace,
    annotations: { [TRACKING]: `${application}:/ConfigMap:${namespace}/settings` },
  };
  const object = { apiVersion: 'v1', kind: 'ConfigMap', data, metadata };
  const last = `${JSON.stringify(object)}\n`;
  return {
    ...object,
    metadata: {
      ...metadata,
      annotations: { ...metadata.annotations, 'kubectl.kubernetes.io/last-applied-configuration': last },
    },
  };
}

/** An Application as Argo CD leaves one that it has synced. */
function asSynced(world: World, name: string, commit: string): KubernetesObject {
  const { namespace, url } = world;
  const source = { path: 'app', repoURL: url, targetRevision: 'main' };
  const destination = { namespace, server: 'https://kubernetes.default.svc' };
  const at = '2026-01-02T03:04:05Z';
  const initiatedBy = { automated: true };
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace: 'argocd', finalizers: ['resources-finalizer.argocd.argoproj.io'] },
    spec: { project: 'default', source, destination, syncPolicy: { automated: { prune: true, selfHeal: true } } },
    status: {
      controllerNamespace: 'argocd',
      health: { lastTransitionTime: at, status: 'Healthy' },
      history: [{ deployStartedAt: at, deployedAt: at, id: 7, initiatedBy, revision: commit, source }],
      operationState: {
        finishedAt: at,
        message: 'successfully synced (all tasks run)',
        operation: { initiatedBy, retry: { limit: 5 }, sync: { prune: true, revision: commit, source } },
        phase: 'Succeeded',
        startedAt: at,
        syncResult: { resources: [], revision: commit, source },
      },
      reconciledAt: at,
      resourceHealthSource: 'appTree',
      resources: [{ kind: 'ConfigMap', name: 'settings', namespace, status: 'Synced', version: 'v1' }],
      sourceHydrator: {},
      sourceType: 'Directory',
      summary: {},
      sync: { comparedTo: { destination, source }, revision: commit, status: 'Synced' },
    },
  };
}

/** What Argo CD left behind is gone on with; and what people are told about it. */
export const argoAdoptionScenarios: readonly Scenario[] = [
  lonely('argo: what Argo CD has deployed is taken over in place, and could be given back', 'argo', async (world) => {
    const { view, namespace } = world;
    const by = { fieldManager: 'argocd-controller' };
    const first = await world.repository.commit({ 'app/settings.yaml': data('info') }, 'first');
    const settings = world.ref('ConfigMap', 'settings');
    await view.client.create(asApplied(namespace, namespace, { LEVEL: 'info' }), by);
    const made = await view.client.create(asSynced(world, namespace, first), {
      fieldManager: 'argocd-application-controller',
    });
    const ref: VersionedRef = {
      group: 'argoproj.io',
      version: 'v1alpha1',
      kind: 'Application',
      namespace: 'argocd',
      name: namespace,
    };
    try {
      const before = await view.live(settings);
      await world.startControllers();
      await world.edit(ref, { metadata: { annotations: { [REFRESH]: 'normal' } } });
      const seen = await view.present(
        'it has been looked at',
        ref,
        (object) => textAt(object, 'metadata', 'annotations', REFRESH) === '',
      );
      if (versionOf(await view.live(settings)) !== versionOf(before)) throw new Error('its object was written');
      if (textAt(seen, 'status', 'sync', 'status') !== 'Synced') throw new Error('it counts as OutOfSync');
      for (const part of ['history', 'operationState', 'resources'])
        if (!deepEqual(getPath(seen, 'status', part) ?? null, getPath(made, 'status', part) ?? null))
          throw new Error(`status.${part} was changed`);
      await view.client.patch(settings, { kind: 'merge', patch: { data: { LEVEL: 'drift' } } });
      const healed = await view.present(
        'drift is healed',
        settings,
        (object) => textAt(object, 'data', 'LEVEL') === 'info',
      );
      if (uidOf(healed) !== uidOf(before)) throw new Error('it was made anew');
      const second = await world.repository.commit({ 'app/settings.yaml': data('debug') }, 'second');
      await world.edit(ref, { metadata: { annotations: { [REFRESH]: 'normal' } } });
      const synced = await view.present(
        'the next commit is synced',
        ref,
        (object) => entriesAt(object, 'status', 'history').length === 2,
      );
      const [, last] = entriesAt(synced, 'status', 'history');
      if (last?.['id'] !== 8 || textAt(last, 'revision') !== second)
        throw new Error(`the history goes on as ${JSON.stringify(last)}`);
      // Nothing stands there that Argo CD would not know.
      const marks = JSON.stringify([await view.live(settings), await view.live(ref)]);
      if (/capstan\.(?!example)/.test(marks)) throw new Error('it bears marks of ours');
    } finally {
      await removeObject(view, ref);
      await view.until('it is gone', ref, (object) => object === undefined);
    }
  }),
  scenario('argo: people are told why an app waits, and what they can do about it', 'argo', async (world) => {
    await withProject(world, {}, async (project) => {
      const confirm = { 'argocd.argoproj.io/sync-options': 'Prune=confirm' };
      const files = { 'app/one.yaml': configMap('one', {}), 'app/two.yaml': configMap('two', {}, confirm) };
      const first = await world.repository.commit(files, 'first');
      const app = await world.app('argo', { path: 'app', spec: { project: project.name } });
      await app.applied(first);
      await world.repository.commit({ 'app/two.yaml': null }, 'without two');
      await app.refresh();
      await waits(world, app, /waiting for pruning confirmation of \/ConfigMap\/two/);
      const { name } = app.ref;
      mustEnd(await capstan(world, 'why', name), 0, /deletion-approved/);
      await project.change({
        syncWindows: [{ kind: 'deny', schedule: '* * * * *', duration: '1h', applications: ['*'] }],
      });
      await waits(world, app, /^Sync operation blocked by sync window$/);
      mustEnd(await capstan(world, 'why', name), 0, /window/);
      await project.change({ syncWindows: [] });
      await approveDeletion(world, app);
      await world.view.until('two is pruned', world.ref('ConfigMap', 'two'), (seen) => seen === undefined);
    });
  }),
];

function data(level: string): string {
  return configMap('settings', { LEVEL: level }).replace(', annotations: {}', '');
}
