import { getPath, type JsonObject, type JsonValue } from '@capstan/object';
import { ask, ended, mustStand, standing, waits } from '../argo-operation.ts';
import { capstan, mustEnd } from '../capstan.ts';
import { entriesAt, textAt, uidOf } from '../fields.ts';
import { configMap, deployment, hopelessDeployment } from '../manifests.ts';
import { scenario, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

const compare = (value: string): Readonly<Record<string, string>> => ({ 'argocd.argoproj.io/compare-options': value });

/** A ConfigMap that no server takes: its data is no text. */
const refused = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata: {a: [1]}\n`;

async function dataOf(world: World, name: string, key: string): Promise<string> {
  return textAt(await world.view.live(world.ref('ConfigMap', name)), 'data', key);
}

async function objectsOf(world: World, names: readonly string[]): Promise<string> {
  const lives = await Promise.all(names.map((name) => world.view.live(world.ref('ConfigMap', name))));
  return lives.map(uidOf).join(' ');
}

/** How operations begin, are tried again and end, and what is on record of them. */
export const argoOperationScenarios: readonly Scenario[] = [
  scenario('argo: what would delete everything is refused, until that is allowed', 'argo', async (world) => {
    const first = await world.repository.commit(
      { 'app/one.yaml': configMap('one', {}), 'app/two.yaml': configMap('two', {}), 'app/README': 'kept\n' },
      'first',
    );
    const app = await world.app('argo', { path: 'app' });
    await app.applied(first);
    const before = await objectsOf(world, ['one', 'two']);
    const second = await world.repository.commit({ 'app/one.yaml': null, 'app/two.yaml': null }, 'nothing');
    await app.refresh();
    await app.complains(/^SyncError Skipping sync attempt to \[\w+\]: auto-sync will wipe out all resources$/);
    await world.settled(app.ref, app);
    if ((await objectsOf(world, ['one', 'two'])) !== before) throw new Error('it was deleted');
    await app.change({ syncPolicy: { automated: { allowEmpty: true } } });
    await world.view.present(
      'nothing is left, as Git says',
      app.ref,
      (seen) =>
        textAt(seen, 'status', 'sync', 'status') === 'Synced' &&
        textAt(seen, 'status', 'sync', 'revision') === second &&
        entriesAt(seen, 'status', 'resources').length === 0,
    );
    for (const name of ['one', 'two']) await mustStand(world, 'ConfigMap', name, false, 'Git has it no more');
    if (entriesAt(await world.view.live(app.ref), 'status', 'conditions').length > 0)
      throw new Error('it still complains');
  }),
  scenario('argo: a commit that fails is tried once, and the next one by itself', 'argo', async (world) => {
    await world.repository.commit({ 'app/one.yaml': refused }, 'refused');
    const app = await world.app('argo', { path: 'app', retry: { limit: 0 } });
    await app.complains(/^SyncError Failed last sync attempt to \[\w+\]: one or more objects failed to apply/);
    const started = async (): Promise<string> =>
      textAt(await world.view.live(app.ref), 'status', 'operationState', 'startedAt');
    const before = await started();
    const writes = world.writes().filter(({ name }) => name === 'one').length;
    await app.reconciled();
    await world.settled(app.ref, app);
    if ((await started()) !== before) throw new Error('it was attempted again');
    if (world.writes().filter(({ name }) => name === 'one').length !== writes) throw new Error('it was written again');
    const second = await world.repository.commit({ 'app/one.yaml': configMap('one', {}) }, 'mended');
    await app.refresh();
    await app.applied(second);
    const conditions = entriesAt(await world.view.live(app.ref), 'status', 'conditions');
    if (conditions.length > 0) throw new Error('it still complains');
  }),
  ...([true, false] as const).map((refresh) =>
    scenario(
      refresh
        ? 'argo: a sync that is retried with refresh takes the commit that mends it'
        : 'argo: a sync that is retried without refresh stays at its commit, and fails in the end',
      'argo',
      async (world) => {
        const first = await world.repository.commit({ 'app/one.yaml': refused }, 'refused');
        const app = await world.app('argo', { path: 'app', automated: false });
        const backoff = { duration: '3s', factor: 1, maxDuration: '10s' };
        const retry: JsonObject = { limit: refresh ? 10 : 2, backoff, refresh };
        await ask(world, app, { revision: refresh ? 'main' : first }, { retry });
        await waits(world, app, /Retrying attempt #1 at \d/);
        const second = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'mended');
        await app.refresh();
        if (refresh) {
          const seen = await ended(world, app, 'Succeeded');
          const at = textAt(seen, 'status', 'operationState', 'syncResult', 'revision');
          if (at !== second) throw new Error(`it synced ${at}`);
        } else {
          await ended(world, app, 'Failed', /\(retried 2 times\)\.$/);
          await mustStand(world, 'ConfigMap', 'one', false, 'the commit that was asked for does not apply');
        }
      },
    ),
  ),
  scenario('argo: what Git lacks is no difference where it says so, and what lacks that is', 'argo', async (world) => {
    const first = await world.repository.commit(
      {
        'app/one.yaml': configMap('one', {}),
        'app/two.yaml': configMap('two', {}, compare('IgnoreExtraneous')),
        'app/three.yaml': configMap('three', {}),
      },
      'first',
    );
    const app = await world.app('argo', { path: 'app', prune: false });
    await app.applied(first);
    const second = await world.repository.commit({ 'app/two.yaml': null }, 'without two');
    await app.refresh();
    await app.applied(second);
    const two = standing(await world.view.live(app.ref), 'two');
    if (two?.['requiresPruning'] !== true) throw new Error('it is not shown as what Git lacks');
    await world.repository.commit({ 'app/three.yaml': null }, 'without three');
    await app.refresh();
    await app.outOfSync();
    await mustStand(world, 'ConfigMap', 'two', true, 'nothing is pruned');
  }),
  scenario('argo: an object whose health is not to count holds nothing against its app', 'argo', async (world) => {
    const first = await world.repository.commit(
      {
        'app/web.yaml': hopelessDeployment('web').replace(
          'annotations: {}',
          'annotations: {argocd.argoproj.io/ignore-healthcheck: "true"}',
        ),
        'app/one.yaml': configMap('one', {}),
      },
      'first',
    );
    const app = await world.app('argo', { path: 'app' });
    await app.applied(first);
    await world.repository.commit({ 'app/api.yaml': hopelessDeployment('api') }, 'another');
    await app.refresh();
    await world.view.present(
      'the health of another counts',
      app.ref,
      (seen) => textAt(seen, 'status', 'health', 'status') === 'Progressing',
    );
  }),
  scenario('argo: a rollback brings back what was deployed, and automation keeps it out', 'argo', async (world) => {
    const files = (turn: string): Record<string, string> => ({ 'app/one.yaml': configMap('one', { turn }) });
    const first = await world.repository.commit(files('1'), 'first');
    const app = await world.app('argo', { path: 'app', spec: { revisionHistoryLimit: 2 } });
    await app.applied(first);
    const later: string[] = [];
    for (const turn of ['2', '3']) {
      later.push(await world.repository.commit(files(turn), turn));
      await app.refresh();
      await app.applied(later.at(-1) ?? '');
    }
    const kept = entriesAt(await world.view.live(app.ref), 'status', 'history');
    if (kept.map((entry) => textAt(entry, 'revision')).join() !== later.join())
      throw new Error(`the history is ${JSON.stringify(kept)}`);
    const { name } = app.ref;
    mustEnd(await capstan(world, 'rollback', name), 14, /auto/i);
    if ((await dataOf(world, 'one', 'turn')) !== '3') throw new Error('it was rolled back under automation');
    await app.change({ syncPolicy: { automated: null } });
    mustEnd(await capstan(world, 'history', name), 0, new RegExp(later[0]?.slice(0, 7) ?? ''));
    mustEnd(await capstan(world, 'rollback', name, '0'), 2, /has no deployment 0/);
    mustEnd(await capstan(world, 'rollback', name), 0, /./);
    if ((await dataOf(world, 'one', 'turn')) !== '2') throw new Error('it was not rolled back');
    await app.outOfSync();
  }),
  scenario('argo: an app tells the images that it runs and where it can be reached', 'argo', async (world) => {
    const ingress = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules:
    - host: shop.example
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
`;
    const child = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ${world.namespace}-child, namespace: argocd}
spec:
  project: default
  source: {repoURL: ${world.url}, path: none, targetRevision: main}
  destination: {server: https://kubernetes.default.svc, namespace: ${world.namespace}}
`;
    await world.repository.commit(
      { 'app/web.yaml': deployment('web', { replicas: 1, image: 'nginx:1.27' }), 'app/ingress.yaml': ingress },
      'first',
    );
    const app = await world.app('argo', { path: 'app', finalizer: true });
    const summary = await world.view.present('it tells its images', app.ref, (seen) =>
      textsOf(seen, 'images').includes('nginx:1.27'),
    );
    if (textsOf(summary, 'images').length !== 1) throw new Error('it tells images that it does not run');
    if (getPath(summary, 'status', 'summary', 'isAppOfApps') !== undefined)
      throw new Error('it is made of no Applications');
    await app.reconciled();
    await world.view.client.patch(
      { group: 'networking.k8s.io', version: 'v1', kind: 'Ingress', namespace: world.namespace, name: 'web' },
      { kind: 'merge', patch: { status: { loadBalancer: { ingress: [{ hostname: 'lb.example' }] } } } },
      { fieldManager: 'kubectl-edit', subresource: 'status' },
    );
    await world.view.present('it tells its address', app.ref, (seen) =>
      textsOf(seen, 'externalURLs').includes('http://shop.example/'),
    );
    await world.repository.commit({ 'app/child.yaml': child }, 'a child');
    await app.refresh();
    await world.view.present(
      'it is made of Applications',
      app.ref,
      (seen) => getPath(seen, 'status', 'summary', 'isAppOfApps') === true,
    );
  }),
  scenario('argo: Kubernetes Events tell what becomes of an app, in Argo CD’s words', 'argo', async (world) => {
    const first = await world.repository.commit({ 'app/one.yaml': configMap('one', {}) }, 'first');
    const app = await world.app('argo', { path: 'app' });
    await app.applied(first);
    const wanted: readonly (readonly [string, string, RegExp])[] = [
      ['Normal', 'OperationStarted', /^Initiated automated sync to '\w{40}'$/],
      ['Normal', 'OperationCompleted', /^Sync operation to \w{40} succeeded$/],
      ['Normal', 'ResourceUpdated', /^Updated sync status: OutOfSync -> Synced$/],
      ['Normal', 'ResourceUpdated', /^Updated health status: Missing -> Healthy$/],
    ];
    for (const [type, reason, words] of wanted)
      await world.view.untilSome(
        `${reason} is told`,
        { group: '', kind: 'Event' },
        'argocd',
        (event) =>
          textAt(event, 'involvedObject', 'name') === app.ref.name &&
          textAt(event, 'type') === type &&
          textAt(event, 'reason') === reason &&
          words.test(textAt(event, 'message')),
      );
  }),
];

function textsOf(seen: JsonObject, list: string): readonly string[] {
  const value = getPath(seen, 'status', 'summary', list);
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter((entry) => typeof entry === 'string') : [];
}
