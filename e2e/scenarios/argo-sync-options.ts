import { getPath, type JsonObject, type KubernetesObject } from '@capstan/object';
import { ask, ended, mustStand, told, waits } from '../argo-operation.ts';
import { entriesAt, textAt, uidOf } from '../fields.ts';
import { configMap, deployment, hopelessDeployment } from '../manifests.ts';
import { scenario, type Scenario } from '../scenario.ts';
import { withGadgets } from '../gadgets.ts';
import type { World } from '../world.ts';

const option = (value: string): Readonly<Record<string, string>> => ({ 'argocd.argoproj.io/sync-options': value });
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** A Deployment with a field that no Deployment has. */
function misspelt(name: string, annotations: Readonly<Record<string, string>> = {}): string {
  return deployment(name, { replicas: 1, annotations }).replace('spec:\n', 'spec:\n  replicaz: 3\n');
}

/** A Deployment that selects by a label of its own. */
function selecting(name: string, value: string, annotations: Readonly<Record<string, string>>): string {
  return deployment(name, { replicas: 1, annotations }).replaceAll(`{app: ${name}}`, `{app: ${value}}`);
}

async function dataOf(world: World, name: string, key: string): Promise<string> {
  return textAt(await world.view.live(world.ref('ConfigMap', name)), 'data', key);
}

function isServerSide(object: KubernetesObject | undefined): boolean {
  return entriesAt(object, 'metadata', 'managedFields').some(
    (entry) => textAt(entry, 'manager') === 'argocd-controller' && textAt(entry, 'operation') === 'Apply',
  );
}

async function replicaSetsOf(world: World, name: string): Promise<number> {
  const all = await world.view.client.listAll(
    { group: 'apps', version: 'v1', kind: 'ReplicaSet' },
    { namespace: world.namespace },
  );
  return all.items.filter((item) => textAt(item, 'metadata', 'labels', 'app') === name).length;
}

/** How objects are written: options of the Application, options of an object, and which of them wins. */
export const argoSyncOptionScenarios: readonly Scenario[] = [
  scenario('argo: a field that no schema has stops no sync, and stays a difference', 'argo', async (world) => {
    // So with Argo CD, whether validation is asked for or not: the server drops the field and warns.
    await world.repository.commit(
      { 'app/web.yaml': misspelt('web'), 'app/api.yaml': misspelt('api', option('Validate=false')) },
      'first',
    );
    const app = await world.app('argo', { path: 'app', selfHeal: false, retry: { limit: 0 } });
    await ended(world, app, 'Succeeded');
    await app.outOfSync();
    for (const name of ['web', 'api']) {
      const live = await world.view.live(world.ref('Deployment', name));
      if (getPath(live, 'spec', 'replicas') !== 1) throw new Error(`${name} was not applied`);
    }
    const third = await world.repository.commit(
      { 'app/web.yaml': deployment('web', { replicas: 1 }), 'app/api.yaml': deployment('api', { replicas: 1 }) },
      'mended',
    );
    await app.refresh();
    await app.applied(third);
  }),
  scenario('argo: an object replaced loses what others added, one that is merged does not', 'argo', async (world) => {
    const files = (turn: string): Record<string, string> => ({
      'app/replaced.yaml': configMap('replaced', { turn }, option('Replace=true')),
      'app/merged.yaml': configMap('merged', { turn }),
    });
    const first = await world.repository.commit(files('1'), 'first');
    const app = await world.app('argo', { path: 'app', syncOptions: ['ServerSideApply=true'] });
    await app.applied(first);
    const [replaced, merged] = [world.ref('ConfigMap', 'replaced'), world.ref('ConfigMap', 'merged')];
    const uid = uidOf(await world.view.live(replaced));
    for (const ref of [replaced, merged]) await world.edit(ref, { data: { added: 'by hand' } });
    const second = await world.repository.commit(files('2'), 'second');
    await app.refresh();
    await app.applied(second);
    if ((await dataOf(world, 'replaced', 'added')) !== '') throw new Error('it was merged, not replaced');
    if ((await dataOf(world, 'merged', 'added')) === '') throw new Error('it was replaced, not merged');
    const live = await world.view.live(replaced);
    if (isServerSide(live)) throw new Error('server-side apply went before Replace');
    if (uidOf(live) !== uid) throw new Error('it was made anew though nothing asked for that');
  }),
  scenario('argo: what cannot be changed is made anew with Force, and only then', 'argo', async (world) => {
    const files = (value: string, annotations = {}): Record<string, string> => ({
      'app/web.yaml': selecting('web', value, annotations),
      'app/api.yaml': deployment('api', { replicas: 1 }),
    });
    const first = await world.repository.commit(files('old'), 'first');
    const app = await world.app('argo', { path: 'app', retry: { limit: 0 } });
    await app.applied(first);
    const uids = async (): Promise<readonly string[]> =>
      Promise.all(['web', 'api'].map(async (name) => uidOf(await world.view.live(world.ref('Deployment', name)))));
    const before = await uids();
    await world.repository.commit(files('new'), 'second');
    await app.refresh();
    await app.complains(/field is immutable/);
    if ((await uids()).join() !== before.join()) throw new Error('it was made anew though nothing asked for that');
    const third = await world.repository.commit(files('new', option('Force=true')), 'third');
    await app.refresh();
    await app.applied(third);
    const [web, api] = await uids();
    if (web === before[0]) throw new Error('it was not made anew');
    if (api !== before[1]) throw new Error('the object beside it was made anew');
  }),
  scenario(
    'argo: what kubectl applied is taken over by server-side apply, and left where migration is off',
    'argo',
    async (world) => {
      await world.repository.commit(
        { 'taken/taken.yaml': configMap('taken', { a: '1' }), 'left/left.yaml': configMap('left', { a: '1' }) },
        'first',
      );
      for (const name of ['taken', 'left']) {
        const metadata = { name, namespace: world.namespace };
        const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: '1', old: 'x' } };
        const annotations = { [LAST_APPLIED]: JSON.stringify(object) };
        await world.view.client.create(
          { ...object, metadata: { ...metadata, annotations } },
          { fieldManager: 'kubectl-client-side-apply' },
        );
      }
      const taken = await world.app('argo', { path: 'taken', syncOptions: ['ServerSideApply=true'] }, 'taken');
      const syncOptions = ['ServerSideApply=true', 'ClientSideApplyMigration=false'];
      const left = await world.app('argo', { path: 'left', selfHeal: false, syncOptions }, 'left');
      await ended(world, taken, 'Succeeded');
      await ended(world, left, 'Succeeded');
      if ((await dataOf(world, 'taken', 'old')) !== '') throw new Error('kubectl’s field was not taken over');
      if ((await dataOf(world, 'left', 'old')) !== 'x') throw new Error('kubectl’s field was taken over');
      const live = await world.view.live(world.ref('ConfigMap', 'left'));
      const managers = entriesAt(live, 'metadata', 'managedFields').map((entry) => textAt(entry, 'manager'));
      if (!managers.includes('kubectl-client-side-apply')) throw new Error(`it is managed by ${managers.join()}`);
    },
  ),
  scenario('argo: an object’s own choice of server-side apply goes before the Application’s', 'argo', async (world) => {
    const first = await world.repository.commit(
      {
        'app/client.yaml': configMap('client', { a: '1' }, option('ServerSideApply=false')),
        'app/server.yaml': configMap('server', { a: '1' }),
      },
      'first',
    );
    const app = await world.app('argo', { path: 'app', syncOptions: ['ServerSideApply=true'] });
    await app.applied(first);
    for (const name of ['client', 'server']) {
      const live = await world.view.live(world.ref('ConfigMap', name));
      const hasLast = textAt(live, 'metadata', 'annotations', LAST_APPLIED) !== '';
      if (isServerSide(live) !== (name === 'server')) throw new Error(`${name} was applied the other way`);
      if (hasLast !== (name === 'client')) throw new Error(`${name} bears the wrong annotations`);
    }
  }),
  scenario('argo: only what differs is applied where the Application says so', 'argo', async (world) => {
    const files = (turn: string): Record<string, string> => ({ 'app/one.yaml': configMap('one', { turn }) });
    const first = await world.repository.commit({ ...files('1'), 'app/two.yaml': configMap('two', {}) }, 'first');
    const app = await world.app('argo', { path: 'app', syncOptions: ['ApplyOutOfSyncOnly=true'] });
    await app.applied(first);
    const before = world.writes().length;
    const second = await world.repository.commit(files('2'), 'second');
    await app.refresh();
    await app.applied(second);
    const seen = await world.view.live(app.ref);
    if (told(seen) !== 'one') throw new Error(`it synced ${told(seen)}`);
    if (
      world
        .writes()
        .slice(before)
        .some(({ name }) => name === 'two')
    )
      throw new Error('it wrote what did not differ');
    await app.change({ syncPolicy: { syncOptions: null } });
    const third = await world.repository.commit(files('3'), 'third');
    await app.refresh();
    await app.applied(third);
    const all = told(await world.view.live(app.ref));
    if (all !== 'one two') throw new Error(`without the option it synced ${all}`);
  }),
  scenario('argo: with PruneLast nothing is pruned until all else is healthy', 'argo', async (world) => {
    const first = await world.repository.commit(
      { 'app/old.yaml': configMap('old', {}), 'app/web.yaml': deployment('web', { replicas: 1 }) },
      'first',
    );
    const app = await world.app('argo', { path: 'app', syncOptions: ['PruneLast=true'] });
    await app.applied(first);
    await world.repository.commit({ 'app/old.yaml': null, 'app/next.yaml': hopelessDeployment('next') }, 'second');
    await app.refresh();
    await waits(world, app, /waiting for healthy state of apps\/Deployment\/next/);
    await mustStand(world, 'ConfigMap', 'old', true, 'what replaces it is not healthy yet');
    await world.edit(world.ref('Deployment', 'next'), { spec: { template: { spec: { nodeSelector: null } } } });
    await world.view.until('old is pruned', world.ref('ConfigMap', 'old'), (seen) => seen === undefined);
  }),
  scenario('argo: what a prune leaves behind is as the propagation policy says', 'argo', async (world) => {
    const first = await world.repository.commit(
      {
        'app/one.yaml': configMap('one', {}),
        'app/web.yaml': deployment('web', { replicas: 1 }),
        'app/api.yaml': deployment('api', { replicas: 1 }),
      },
      'first',
    );
    const app = await world.app('argo', { path: 'app', syncOptions: ['PrunePropagationPolicy=orphan'] });
    await app.applied(first);
    const second = await world.repository.commit({ 'app/web.yaml': null }, 'without web');
    await app.refresh();
    await app.applied(second);
    await world.view.until('web is pruned', world.ref('Deployment', 'web'), (seen) => seen === undefined);
    await app.change({ syncPolicy: { syncOptions: ['PrunePropagationPolicy=foreground'] } });
    const third = await world.repository.commit({ 'app/api.yaml': null }, 'without api');
    await app.refresh();
    await app.applied(third);
    await world.view.until('api is pruned', world.ref('Deployment', 'api'), (seen) => seen === undefined);
    // A Deployment that is deleted in the foreground goes after what it owns.
    if ((await replicaSetsOf(world, 'api')) !== 0) throw new Error('the ReplicaSet was left behind');
    if ((await replicaSetsOf(world, 'web')) !== 1) throw new Error('the ReplicaSet was not left behind');
  }),
  scenario('argo: an object of another Application is not taken where sharing fails', 'argo', async (world) => {
    const first = await world.repository.commit(
      { 'a/one.yaml': configMap('one', { from: 'a' }), 'b/one.yaml': configMap('one', { from: 'b' }) },
      'first',
    );
    const a = await world.app('argo', { path: 'a', selfHeal: false }, 'a');
    await a.applied(first);
    const b = await world.app(
      'argo',
      { path: 'b', selfHeal: false, retry: { limit: 0 }, syncOptions: ['FailOnSharedResource=true'] },
      'b',
    );
    await b.complains(/^Failed Shared resource found: ConfigMap\/one is part of applications argocd\/\S+-b and \S+-a/);
    await b.complains(/^SharedResourceWarning ConfigMap\/one is part of applications/);
    await a.reconciled();
    if ((await dataOf(world, 'one', 'from')) !== 'a') throw new Error('it was taken over');
    await b.change({ syncPolicy: { syncOptions: null } });
    await ask(world, b, { revision: first });
    await ended(world, b, 'Succeeded');
    if ((await dataOf(world, 'one', 'from')) !== 'b') throw new Error('without the option it was not taken over');
  }),
  scenario('argo: a kind that is not there yet stops a sync, unless its dry-run is skipped', 'argo', async (world) => {
    await withGadgets(world, async ({ define, manifest }) => {
      const wave = { 'argocd.argoproj.io/sync-wave': '1' };
      const first = await world.repository.commit(
        { 'app/g.yaml': manifest('g', {}, wave), 'app/one.yaml': configMap('one', {}) },
        'first',
      );
      const app = await world.app('argo', { path: 'app', automated: false, retry: { limit: 0 } });
      await ask(world, app, { revision: first });
      await ended(world, app, 'Failed', /one or more synchronization tasks are not valid/);
      await mustStand(world, 'ConfigMap', 'one', false, 'nothing is applied of what cannot be');
      const skip = { ...wave, ...option('SkipDryRunOnMissingResource=true') };
      const second = await world.repository.commit({ 'app/g.yaml': manifest('g', {}, skip) }, 'skip');
      await ask(world, app, { revision: second });
      await ended(world, app, 'Failed');
      await mustStand(world, 'ConfigMap', 'one', true, 'the wave before the kind is applied');
      await define();
      await ask(world, app, { revision: second });
      await ended(world, app, 'Succeeded');
      await app.refresh();
      await app.applied(second);
    });
  }),
  scenario('argo: a namespace is made with the metadata that the Application manages', 'argo', async (world) => {
    const name = `${world.namespace}-made`;
    const ref = { group: '', version: 'v1', kind: 'Namespace', namespace: '', name };
    const syncPolicy = (labels: JsonObject): JsonObject => ({
      automated: { prune: true, selfHeal: true },
      syncOptions: ['CreateNamespace=true'],
      managedNamespaceMetadata: { labels },
    });
    const first = await world.repository.commit({ 'app/one.yaml': configMap('one', {}) }, 'first');
    const destination = { server: 'https://kubernetes.default.svc', namespace: name };
    const spec = { destination, syncPolicy: syncPolicy({ team: 'a' }) };
    const app = await world.app('argo', { path: 'app', finalizer: true, spec });
    try {
      await app.applied(first);
      const made = await world.view.present(
        'it is labelled',
        ref,
        (seen) => getPath(seen, 'metadata', 'labels', 'team') === 'a',
      );
      await world.edit(ref, { metadata: { labels: { extra: 'by-hand' } } });
      await app.change({ syncPolicy: syncPolicy({ team: 'b' }) });
      const now = await world.view.present(
        'the label follows',
        ref,
        (seen) => textAt(seen, 'metadata', 'labels', 'team') === 'b',
      );
      if (textAt(now, 'metadata', 'labels', 'extra') !== 'by-hand') throw new Error('somebody’s label was taken away');
      await app.remove();
      await app.gone();
      const after = await world.view.live(ref);
      if (uidOf(after) !== uidOf(made) || after?.metadata['deletionTimestamp'] !== undefined)
        throw new Error('the namespace went with the Application');
    } finally {
      await world.view.client.delete(ref, { propagation: 'Background' });
    }
  }),
];
