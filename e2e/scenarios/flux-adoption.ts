import { parseObject, type JsonObject, type KubernetesObject, type VersionedRef } from '@capstan/object';
import { parse } from '@capstan/yaml';
import type { App } from '../app.ts';
import { conditionOf, entriesAt, textAt, uidOf } from '../fields.ts';
import { configMap, deployment } from '../manifests.ts';
import { lonely, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

const AT = '2026-01-02T03:04:05Z';
const OWNER = 'kustomize.toolkit.fluxcd.io';
const LEASES = { group: 'coordination.k8s.io', version: 'v1', kind: 'Lease', namespace: 'flux-system' };
const FINALIZERS = { metadata: { finalizers: ['finalizers.fluxcd.io'] } };
/** Of history entries; what it is of nobody compares. */
const DIGEST = `sha256:${'5'.repeat(64)}`;

const files = (level: string): Readonly<Record<string, string>> => ({
  'app/settings.yaml': configMap('settings', { LEVEL: level }),
  'app/old.yaml': configMap('old', { LEVEL: level }),
  'app/web.yaml': deployment('web', { replicas: 1 }),
});

function condition(type: string, reason: string, message: string): JsonObject {
  return { lastTransitionTime: AT, message, observedGeneration: 1, reason, status: 'True', type };
}

/** An object of a file as kustomize-controller applies it for an app. */
async function asApplied(world: World, app: App, text: string): Promise<void> {
  const object = parseObject(parse(text, { rules: 'v2' }), 'what Git has');
  const labels = { [`${OWNER}/name`]: app.ref.name, [`${OWNER}/namespace`]: app.ref.namespace };
  const metadata = { ...object.metadata, namespace: world.namespace, labels };
  await world.view.client.apply({ ...object, metadata }, { fieldManager: 'kustomize-controller', force: true });
}

/** Puts a status where Flux's controllers have put one. */
async function leave(world: World, ref: VersionedRef, manager: string, status: JsonObject): Promise<void> {
  const { client } = world.view;
  const owner = manager.replace('gotk-', '');
  await client.patch(ref, { kind: 'merge', patch: FINALIZERS }, { fieldManager: owner });
  await client.patch(ref, { kind: 'merge', patch: { status } }, { fieldManager: manager, subresource: 'status' });
}

/** A GitRepository and a Kustomization with their objects, as Flux leaves them: everything applied, everything told. */
async function asFluxLeavesIt(world: World, commit: string): Promise<App> {
  const app = await world.app('flux', { path: 'app' });
  for (const text of Object.values(files('info'))) await asApplied(world, app, text);
  const revision = `main@sha1:${commit}`;
  const path = `gitrepository/${app.source.namespace}/${app.source.name}/${commit}.tar.gz`;
  const stored = `stored artifact for revision '${revision}'`;
  await leave(world, app.source, 'source-controller', {
    artifact: {
      digest: `sha256:${'0'.repeat(64)}`,
      lastUpdateTime: AT,
      path,
      revision,
      size: 1234,
      url: `http://source-controller.flux-system.svc.cluster.local./${path}`,
    },
    conditions: [condition('Ready', 'Succeeded', stored), condition('ArtifactInStorage', 'Succeeded', stored)],
    observedGeneration: 1,
  });
  const ids = ['settings__ConfigMap', 'old__ConfigMap', 'web_apps_Deployment'];
  await leave(world, app.ref, 'gotk-kustomize-controller', {
    conditions: [
      condition('Ready', 'ReconciliationSucceeded', `Applied revision: ${revision}`),
      condition('Healthy', 'Succeeded', 'Health check passed in 1.5s'),
    ],
    history: [
      {
        digest: DIGEST,
        firstReconciled: AT,
        lastReconciled: AT,
        lastReconciledDuration: '1.5s',
        lastReconciledStatus: 'ReconciliationSucceeded',
        metadata: { revision },
        totalReconciliations: 3,
      },
    ],
    inventory: { entries: ids.map((id) => ({ id: `${world.namespace}_${id}`, v: 'v1' })) },
    lastAppliedRevision: revision,
    lastAttemptedRevision: revision,
    observedGeneration: 1,
  });
  return app;
}

function managersOf(object: KubernetesObject | undefined): readonly string[] {
  return entriesAt(object, 'metadata', 'managedFields').map((entry) => textAt(entry, 'manager'));
}

/** Waits until a source is served from here, and its Kustomization has had its look at that. */
async function takenOver(world: World, app: App): Promise<void> {
  await world.view.present(
    'its artifact is served from here',
    app.source,
    (seen) => !textAt(seen, 'status', 'artifact', 'url').includes('source-controller'),
  );
  await world.settled(app.source, app);
}

/** What Flux left behind is gone on with, and left as Flux would have it. */
export const fluxAdoptionScenarios: readonly Scenario[] = [
  lonely('flux: what Flux has deployed is taken over in place, with no write to any object', 'flux', async (world) => {
    const first = await world.repository.commit(files('info'), 'first');
    const app = await asFluxLeavesIt(world, first);
    const [settings, web, old] = [
      world.ref('ConfigMap', 'settings'),
      world.ref('Deployment', 'web'),
      world.ref('ConfigMap', 'old'),
    ];
    const uids = [uidOf(await world.view.live(settings)), uidOf(await world.view.live(web))];
    const status = JSON.stringify((await world.view.live(app.ref))?.['status'] ?? null);
    await world.startControllers();
    await takenOver(world, app);
    const writes = world
      .writes()
      .filter(({ namespace, name }) => namespace === world.namespace || name === app.ref.name);
    const wrong = writes.filter(({ resource }) => resource !== 'gitrepositories');
    if (wrong.length > 0) throw new Error(`it wrote ${wrong.map(({ verb, url }) => `${verb} ${url}`).join(', ')}`);
    if (JSON.stringify((await world.view.live(app.ref))?.['status'] ?? null) !== status)
      throw new Error('the Kustomization was told to be something else');
    await world.edit(settings, { data: { LEVEL: 'drift' } });
    await world.view.present('drift is healed', settings, (seen) => textAt(seen, 'data', 'LEVEL') === 'info');
    const second = await world.repository.commit(
      { 'app/settings.yaml': configMap('settings', { LEVEL: 'debug' }), 'app/old.yaml': null },
      'second',
    );
    await app.refresh();
    const applied = await app.applied(second);
    await world.view.until('what Git dropped is pruned', old, (seen) => seen === undefined);
    if ([uidOf(await world.view.live(settings)), uidOf(await world.view.live(web))].join() !== uids.join())
      throw new Error('an object was made anew');
    const history = entriesAt(applied, 'status', 'history');
    if (history.length !== 2 || textAt(history[1], 'digest') !== DIGEST)
      throw new Error('the history is not gone on with');
  }),
  lonely(
    'flux: a cluster that is given back bears nothing but what Flux knows, and is left alone',
    'flux',
    async (world) => {
      const first = await world.repository.commit(files('info'), 'first');
      const app = await asFluxLeavesIt(world, first);
      const settings = world.ref('ConfigMap', 'settings');
      const running = await world.startControllers();
      await takenOver(world, app);
      const second = await world.repository.commit(
        { 'app/settings.yaml': configMap('settings', { LEVEL: 'debug' }) },
        'second',
      );
      await app.refresh();
      await app.applied(second);
      await running.stop();
      for (const name of ['kustomize-controller-leader-election', 'source-controller-leader-election']) {
        const lease = await world.view.live({ ...LEASES, name });
        if (textAt(lease, 'spec', 'holderIdentity') !== '') throw new Error(`${name} is still held`);
      }
      const people = ['kubectl-create', 'kubectl-patch'];
      const theirs: readonly (readonly [VersionedRef, readonly string[]])[] = [
        [app.source, ['source-controller', ...people]],
        [app.ref, ['kustomize-controller', 'gotk-kustomize-controller', ...people]],
        [settings, ['kustomize-controller']],
      ];
      for (const [ref, managers] of theirs) {
        const left = await world.view.live(ref);
        const strange = managersOf(left).filter((manager) => !managers.includes(manager));
        if (strange.length > 0) throw new Error(`${ref.kind} ${ref.name} has fields of ${strange.join()}`);
        const { metadata, status } = left ?? { metadata: {}, status: null };
        const marks = JSON.stringify([metadata, status ?? null]).replaceAll(/"test@capstan\.example"/g, '');
        if (/capstan/i.test(marks)) throw new Error(`${ref.kind} ${ref.name} bears marks of ours: ${marks}`);
      }
      const kept = await world.view.live(app.ref);
      if (textAt(conditionOf(kept, 'Ready'), 'status') !== 'True') throw new Error('it is left as not ready');
      if (entriesAt(kept, 'status', 'inventory', 'entries').length !== 3) throw new Error('its inventory is not whole');
      // Nobody is at work any more.
      const before = world.writes().length;
      await world.edit(settings, { data: { LEVEL: 'theirs' } });
      await app.refresh();
      if (world.writes().length !== before) throw new Error('it still writes');
      if (textAt(await world.view.live(settings), 'data', 'LEVEL') !== 'theirs') throw new Error('it still heals');
    },
  ),
];
