import { getPath, type KubernetesObject } from '@capstan/object';
import { conditionOf, entriesAt, textAt } from '../fields.ts';
import { configMap, hopelessDeployment } from '../manifests.ts';
import { lonely, scenario, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

const CANCELED = 'HealthCheckCanceled';

function historyOf(seen: KubernetesObject | undefined): readonly string[] {
  return entriesAt(seen, 'status', 'history').map(
    (entry) => `${textAt(entry, 'lastReconciledStatus')} ${textAt(entry, 'metadata', 'revision')}`,
  );
}

async function eventsOf(world: World, name: string, reason: string): Promise<number> {
  const all = await world.view.client.listAll(
    { group: '', version: 'v1', kind: 'Event' },
    { namespace: `${world.namespace}-flux` },
  );
  return all.items.filter(
    (event) => textAt(event, 'involvedObject', 'name') === name && textAt(event, 'reason') === reason,
  ).length;
}

/** A commit that never becomes healthy, and one that mends it while its check is under way. */
async function mendDuringCheck(world: World): Promise<string> {
  await world.repository.commit(
    { 'app/web.yaml': hopelessDeployment('web'), 'app/one.yaml': configMap('one', { a: '1' }) },
    'bad',
  );
  const app = await world.app('flux', { path: 'app', spec: { timeout: '10m' } });
  await world.view.present('its health is being checked', app.ref, (seen) =>
    textAt(conditionOf(seen, 'Reconciling'), 'message').startsWith('Running health checks'),
  );
  const mended = await world.repository.commit({ 'app/web.yaml': null }, 'mended');
  await app.refresh();
  await app.applied(mended);
  return app.ref.name;
}

/** How a Kustomization waits, remembers, makes way and ends. */
export const fluxLifeScenarios: readonly Scenario[] = [
  scenario(
    'flux: deletionPolicy Delete deletes what prune would leave, and holds for nothing',
    'flux',
    async (world) => {
      const one = world.ref('ConfigMap', 'one');
      const held = configMap('one', { a: '1' }).replace('metadata: {', 'metadata: {finalizers: [example.com/hold], ');
      const commit = await world.repository.commit({ 'app/one.yaml': held }, 'first');
      const app = await world.app('flux', { path: 'app', prune: false, spec: { deletionPolicy: 'Delete' } });
      await app.applied(commit);
      await app.remove();
      await app.gone();
      await world.view.present(
        'it is being deleted',
        one,
        (seen) => textAt(seen, 'metadata', 'deletionTimestamp') !== '',
      );
      await world.view.client.patch(
        one,
        { kind: 'merge', patch: { metadata: { finalizers: null } } },
        { fieldManager: 'kubectl-patch' },
      );
    },
  ),
  scenario('flux: deletionPolicy WaitForTermination waits until what it deletes is gone', 'flux', async (world) => {
    const one = world.ref('ConfigMap', 'one');
    const held = configMap('one', { a: '1' }).replace('metadata: {', 'metadata: {finalizers: [example.com/hold], ');
    const commit = await world.repository.commit({ 'app/one.yaml': held }, 'first');
    const app = await world.app('flux', { path: 'app', spec: { deletionPolicy: 'WaitForTermination' } });
    await app.applied(commit);
    await app.remove();
    await world.view.present(
      'the object is being deleted',
      one,
      (seen) => textAt(seen, 'metadata', 'deletionTimestamp') !== '',
    );
    const waiting = await world.view.live(app.ref);
    if (waiting === undefined) throw new Error('it did not wait');
    await world.view.client.patch(
      one,
      { kind: 'merge', patch: { metadata: { finalizers: null } } },
      { fieldManager: 'kubectl-patch' },
    );
    await app.gone();
    if ((await world.view.live(one)) !== undefined) throw new Error('it went before its object');
  }),
  scenario('flux: the history counts what is the same, tells failures, and keeps five', 'flux', async (world) => {
    const first = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '0' }) }, 'first');
    const app = await world.app('flux', { path: 'app' });
    await app.applied(first);
    await app.reconciled();
    const [newest] = entriesAt(await world.view.live(app.ref), 'status', 'history');
    if (Number(getPath(newest ?? null, 'totalReconciliations')) !== 2) throw new Error('it is not counted up');
    const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: broken}\nspec: {ports: [{port: 100000}]}\n';
    const broken = await world.repository.commit({ 'app/broken.yaml': service }, 'broken');
    await app.refresh();
    await app.complains(/ReconciliationFailed/);
    if (!historyOf(await world.view.live(app.ref)).some((line) => line === `ReconciliationFailed main@sha1:${broken}`))
      throw new Error('the failure is not told');
    let last = '';
    for (const value of ['1', '2', '3', '4', '5']) {
      last = await world.repository.commit(
        { 'app/broken.yaml': null, 'app/one.yaml': configMap('one', { a: value }) },
        value,
      );
      await app.refresh();
      await app.applied(last);
    }
    const history = historyOf(await world.view.live(app.ref));
    if (history.length !== 5 || history[0] !== `ReconciliationSucceeded main@sha1:${last}`)
      throw new Error(history.join('; '));
    if (history.some((line) => line.endsWith(broken))) throw new Error('the sixth is kept');
  }),
  scenario(
    'flux: a health check makes way for a newer commit at once, and says nothing of it',
    'flux',
    async (world) => {
      const name = await mendDuringCheck(world);
      if ((await eventsOf(world, name, CANCELED)) > 0) throw new Error('it is told, though the gate is off');
    },
  ),
  lonely('flux: with CancelHealthCheckOnNewRevision a health check that makes way is told', 'flux', async (world) => {
    await world.startControllers(['--feature-gates', 'CancelHealthCheckOnNewRevision=true']);
    const name = await mendDuringCheck(world);
    const kind = { group: '', kind: 'Event' };
    await world.view.untilSome(
      'it is told',
      kind,
      `${world.namespace}-flux`,
      (event) =>
        textAt(event, 'reason') === CANCELED &&
        textAt(event, 'involvedObject', 'name') === name &&
        textAt(event, 'message').includes('GitRepository/'),
    );
  }),
  scenario('flux: without wait and checks nothing is waited for, and health is not told', 'flux', async (world) => {
    const commit = await world.repository.commit({ 'app/web.yaml': hopelessDeployment('web') }, 'first');
    const app = await world.app('flux', { path: 'app', spec: { wait: false } });
    await app.applied(commit);
    if (conditionOf(await world.view.live(app.ref), 'Healthy') !== undefined) throw new Error('it tells of health');
    await app.change({ wait: true });
    await world.view.present(
      'now it is waited for',
      app.ref,
      (seen) => textAt(conditionOf(seen, 'Healthy'), 'status') === 'Unknown',
    );
  }),
  lonely('flux: with StrictPostBuildSubstitutions off a variable that is not set is empty', 'flux', async (world) => {
    await world.startControllers(['--feature-gates', 'StrictPostBuildSubstitutions=false']);
    const commit = await world.repository.commit({ 'app/one.yaml': configMap('one', { A: 'x${nowhere}y' }) }, 'first');
    const app = await world.app('flux', { path: 'app', spec: { postBuild: { substitute: { a: 'b' } } } });
    await app.applied(commit);
    const value = textAt(await world.view.live(world.ref('ConfigMap', 'one')), 'data', 'A');
    if (value !== 'xy') throw new Error(`it is ${JSON.stringify(value)}`);
  }),
  ...[true, false].map((additive) =>
    lonely(
      `flux: with AdditiveCELDependencyCheck ${additive ? 'on a readyExpr does not replace readiness' : 'off a readyExpr replaces readiness'}`,
      'flux',
      async (world) => {
        await world.startControllers(['--feature-gates', `AdditiveCELDependencyCheck=${additive}`]);
        const files = { 'base/web.yaml': hopelessDeployment('web'), 'top/one.yaml': configMap('one', { a: '1' }) };
        const commit = await world.repository.commit(files, 'first');
        const base = await world.app('flux', { path: 'base', spec: { timeout: '10m' } }, 'base');
        const dependsOn = [{ name: base.ref.name, readyExpr: 'true' }];
        const top = await world.app('flux', { path: 'top', spec: { dependsOn } }, 'top');
        if (!additive) {
          await top.applied(commit);
          return;
        }
        await top.complains(/DependencyNotReady dependency '.*' is not ready/);
        await world.settled(top.ref, top);
        if ((await world.view.live(world.ref('ConfigMap', 'one'))) !== undefined) throw new Error('it did not wait');
        await world.repository.commit({ 'base/web.yaml': null, 'base/two.yaml': configMap('two', {}) }, 'mended');
        await base.refresh();
        await world.view.present('it goes on when its dependency is ready', world.ref('ConfigMap', 'one'));
      },
    ),
  ),
];
