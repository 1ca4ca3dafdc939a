import { getPath, type KubernetesObject } from '@capstan/object';
import type { App } from '../app.ts';
import { conditionOf, entriesAt, textAt } from '../fields.ts';
import { configMap } from '../manifests.ts';
import { scenario, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

const EVENTS = { group: '', version: 'v1', kind: 'Event' };
const BROKEN = 'apiVersion: v1\nkind: Service\nmetadata: {name: broken}\nspec: {ports: [{port: 100000}]}\n';

function conditions(seen: KubernetesObject | undefined): string {
  return entriesAt(seen, 'status', 'conditions')
    .map((one) => `${textAt(one, 'type')}=${textAt(one, 'status')}`)
    .toSorted()
    .join(' ');
}

function inventory(seen: KubernetesObject | undefined): string {
  return entriesAt(seen, 'status', 'inventory', 'entries')
    .map((entry) => `${textAt(entry, 'id')}@${textAt(entry, 'v')}`)
    .toSorted()
    .join(' ');
}

function mustBe(found: string, wanted: string, what: string): void {
  if (found !== wanted) throw new Error(`${what}: ${found}, not ${wanted}`);
}

/** Waits until an event is told of an app's resource, and gives it. */
async function told(
  world: World,
  { ref }: App,
  part: { readonly kind: string; readonly name: string },
  reason: string,
  message: RegExp,
): Promise<KubernetesObject> {
  let found: KubernetesObject | undefined;
  await world.view.untilSome(`${reason} is told of the ${part.kind}`, EVENTS, ref.namespace, (event) => {
    const isOurs =
      textAt(event, 'involvedObject', 'kind') === part.kind && textAt(event, 'involvedObject', 'name') === part.name;
    if (!isOurs || textAt(event, 'reason') !== reason || !message.test(textAt(event, 'message'))) return false;
    found = event;
    return true;
  });
  if (found === undefined) throw new Error('there is no such event');
  return found;
}

/** What Kustomizations and sources tell of themselves: conditions, inventory, events. */
export const fluxStateScenarios: readonly Scenario[] = [
  scenario(
    'flux: events bear revision, digest and what the resource says to tell, and nothing else of it',
    'flux',
    async (world) => {
      const commit = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
      const app = await world.app('flux', { path: 'app' });
      await app.applied(commit);
      const revision = `main@sha1:${commit}`;
      const stored = await told(world, app, app.source, 'NewArtifact', /^stored artifact for commit 'first'$/);
      mustBe(
        textAt(stored, 'metadata', 'annotations', 'source.toolkit.fluxcd.io/revision'),
        revision,
        'the revision is',
      );
      mustBe(
        textAt(stored, 'metadata', 'annotations', 'source.toolkit.fluxcd.io/digest'),
        textAt(await world.view.live(app.source), 'status', 'artifact', 'digest'),
        'the digest is',
      );
      const done = await told(
        world,
        app,
        app.ref,
        'ReconciliationSucceeded',
        /^Reconciliation finished in .*, next run in 10m0s$/,
      );
      const at = (event: KubernetesObject, key: string): string => textAt(event, 'metadata', 'annotations', key);
      mustBe(at(done, 'kustomize.toolkit.fluxcd.io/revision'), revision, 'the revision is');
      mustBe(at(done, 'kustomize.toolkit.fluxcd.io/commit_status'), 'update', 'the commit status is');
      mustBe(textAt(done, 'source', 'component'), 'kustomize-controller', 'it is told by');
      const annotations = { 'event.toolkit.fluxcd.io/image': 'nginx:1.28', 'example.com/private': 'x' };
      for (const part of [app.ref, app.source]) await world.edit(part, { metadata: { annotations } });
      const next = await world.repository.commit({ 'app/broken.yaml': BROKEN }, 'second');
      await app.refresh();
      const failed = await told(world, app, app.ref, 'ReconciliationFailed', /broken dry-run failed/);
      const renewed = await told(world, app, app.source, 'NewArtifact', /'second'$/);
      for (const event of [failed, renewed]) {
        mustBe(at(event, 'event.toolkit.fluxcd.io/image'), 'nginx:1.28', 'what is to be told is');
        mustBe(at(event, 'example.com/private'), '', 'what is not to be told is');
      }
      mustBe(textAt(failed, 'type'), 'Warning', 'it is a');
      mustBe(at(failed, 'kustomize.toolkit.fluxcd.io/revision'), `main@sha1:${next}`, 'the revision is');
    },
  ),
  scenario(
    'flux: Reconciling stands while something is tried again, Stalled while nothing is, and neither when it is done',
    'flux',
    async (world) => {
      const commit = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
      const app = await world.app('flux', { path: 'app' });
      mustBe(conditions(await app.applied(commit)), 'Healthy=True Ready=True', 'it is');
      await world.repository.commit({ 'app/broken.yaml': BROKEN }, 'broken');
      await app.refresh();
      await app.complains(/ReconciliationFailed/);
      const failing = await world.view.live(app.ref);
      mustBe(textAt(conditionOf(failing, 'Reconciling'), 'reason'), 'ProgressingWithRetry', 'it is at work, by');
      if (conditionOf(failing, 'Stalled') !== undefined) throw new Error('what is tried again is stalled');
      await app.change({ healthCheckExprs: [{ apiVersion: 'v1', kind: 'ConfigMap', current: 'data.' }] });
      const stalled = await world.view.present(
        'it stalls',
        app.ref,
        (seen) => conditionOf(seen, 'Stalled') !== undefined,
      );
      mustBe(textAt(conditionOf(stalled, 'Stalled'), 'reason'), 'InvalidCELExpression', 'it has stopped for');
      if (conditionOf(stalled, 'Reconciling') !== undefined) throw new Error('what has stopped is at work');
      mustBe(
        String(getPath(stalled, 'status', 'observedGeneration') === stalled.metadata.generation),
        'true',
        'that it has looked at the newest generation is',
      );
      const mended = await world.repository.commit({ 'app/broken.yaml': null }, 'mended');
      await app.change({ healthCheckExprs: null });
      await app.refresh();
      mustBe(conditions(await app.applied(mended)), 'Healthy=True Ready=True', 'mended it is');
    },
  ),
  scenario(
    'flux: the inventory names what is applied as Flux names it, and nothing that is not',
    'flux',
    async (world) => {
      const role = `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: "a:b"}\nrules: []\n`;
      const files = {
        'app/one.yaml': configMap('one', {}),
        'app/role.yaml': role,
        'app/two.yaml': configMap('two', {}),
      };
      const commit = await world.repository.commit(files, 'first');
      const app = await world.app('flux', { path: 'app' });
      const { namespace } = world;
      const entry = (id: string): string => `${namespace}_${id}@v1`;
      const whole = [entry('a__b_rbac.authorization.k8s.io_Role'), entry('one__ConfigMap'), entry('two__ConfigMap')];
      mustBe(inventory(await app.applied(commit)), whole.join(' '), 'it is');
      await world.repository.commit({ 'app/two.yaml': null, 'app/broken.yaml': BROKEN }, 'broken');
      await app.refresh();
      await app.complains(/ReconciliationFailed/);
      mustBe(inventory(await world.view.live(app.ref)), whole.join(' '), 'after a failure it is');
      const mended = await world.repository.commit({ 'app/broken.yaml': null, 'app/role.yaml': null }, 'mended');
      await app.refresh();
      mustBe(inventory(await app.applied(mended)), entry('one__ConfigMap'), 'after a prune it is');
      for (const ref of [world.ref('Role', 'a:b'), world.ref('ConfigMap', 'two')])
        if ((await world.view.live(ref)) !== undefined) throw new Error(`${ref.name} is not pruned`);
    },
  ),
  scenario(
    'flux: cluster-wide definitions and classes are applied before the rest, and stay when that is refused',
    'flux',
    async (world) => {
      const name = `${world.namespace}-first`;
      const priority = `apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: ${name}}\nvalue: 1\n`;
      const role = `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: ${name}}\nrules: []\n`;
      await world.repository.commit(
        { 'app/a.yaml': BROKEN, 'app/b.yaml': priority, 'app/c.yaml': role, 'app/d.yaml': configMap('one', {}) },
        'first',
      );
      const app = await world.app('flux', { path: 'app' });
      await app.complains(/ReconciliationFailed Service\/.*\/broken dry-run failed/);
      const classRef = world.ref('PriorityClass', name);
      const roleRef = { ...world.ref('Role', name), kind: 'ClusterRole', namespace: '' };
      for (const ref of [classRef, roleRef]) await world.view.present(`${ref.kind} is applied`, ref);
      await world.settled(app.ref, app);
      if ((await world.view.live(world.ref('ConfigMap', 'one'))) !== undefined)
        throw new Error('the rest did not wait');
      await app.remove();
      await app.gone();
      for (const ref of [classRef, roleRef])
        await world.view.until(`${ref.kind} goes with it`, ref, (seen) => seen === undefined);
    },
  ),
  scenario(
    'flux: a dependency that becomes ready wakes who waits for it, at the same revision of their source',
    'flux',
    async (world) => {
      const files = { 'base/one.yaml': configMap('one', { a: '1' }), 'top/two.yaml': configMap('two', { a: '1' }) };
      const first = await world.repository.commit(files, 'first');
      const base = await world.app('flux', { path: 'base' }, 'base');
      const sourceRef = { kind: 'GitRepository', name: base.source.name };
      const top = await world.app(
        'flux',
        { path: 'top', spec: { sourceRef, dependsOn: [{ name: base.ref.name }] } },
        'top',
      );
      await Promise.all([base.applied(first), top.applied(first)]);
      await base.change({ suspend: true });
      const second = await world.repository.commit({ 'top/two.yaml': configMap('two', { a: '2' }) }, 'second');
      await base.refresh();
      await top.complains(/DependencyNotReady dependency '.*' revision is not up to date/);
      await world.settled(base.source, top);
      const two = world.ref('ConfigMap', 'two');
      mustBe(textAt(await world.view.live(two), 'data', 'a'), '1', 'while it waits it has');
      await base.change({ suspend: false });
      // A second look would take half a minute.
      await world.view.present('it goes on at once', two, (seen) => textAt(seen, 'data', 'a') === '2', 15_000);
      await top.applied(second);
    },
  ),
  scenario('flux: what failed is tried again after retryInterval, without anybody asking', 'flux', async (world) => {
    await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
    const missing = `${world.namespace}-later`;
    const app = await world.app('flux', { path: 'app', spec: { targetNamespace: missing, retryInterval: '1s' } });
    await app.complains(new RegExp(`namespaces "${missing}" not found`));
    const space = { group: '', version: 'v1', kind: 'Namespace', namespace: '', name: missing };
    await world.view.client.create(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: missing } },
      { fieldManager: 'kubectl-create' },
    );
    try {
      await world.view.present('it is applied', { ...world.ref('ConfigMap', 'one'), namespace: missing });
      await app.remove();
      await app.gone();
    } finally {
      await world.view.client.delete(space, { propagation: 'Background' });
    }
  }),
  scenario(
    'flux: a commit is found at the interval without anybody asking, and what is the same is not written',
    'flux',
    async (world) => {
      const first = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
      const app = await world.app('flux', { path: 'app', spec: { interval: '1s' } });
      await app.applied(first);
      const total = (seen: KubernetesObject): number =>
        Number(getPath(entriesAt(seen, 'status', 'history')[0], 'totalReconciliations') ?? 0);
      await world.view.present('its reconciles are counted', app.ref, (seen) => total(seen) >= 3);
      const written = world.writes().filter(({ namespace }) => namespace === world.namespace);
      mustBe(String(written.length), '1', 'the writes to its objects are');
      const second = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '2' }) }, 'second');
      await world.view.client.patch(
        app.source,
        { kind: 'merge', patch: { spec: { interval: '1s' } } },
        { fieldManager: 'kubectl-patch' },
      );
      await world.view.present(
        'the commit is applied',
        world.ref('ConfigMap', 'one'),
        (seen) => textAt(seen, 'data', 'a') === '2',
      );
      await world.view.present('it is told', app.ref, (seen) =>
        textAt(seen, 'status', 'lastAppliedRevision').endsWith(second),
      );
    },
  ),
  scenario('flux: deleting what is suspended leaves its objects, whatever its policy says', 'flux', async (world) => {
    const commit = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
    const app = await world.app('flux', { path: 'app', spec: { deletionPolicy: 'Delete' } });
    await app.applied(commit);
    await app.change({ suspend: true });
    await app.remove();
    await app.gone();
    const one = await world.view.live(world.ref('ConfigMap', 'one'));
    if (one === undefined || one.metadata['deletionTimestamp'] !== undefined) throw new Error('it is deleted');
  }),
];
