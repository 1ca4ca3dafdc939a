import { getPath, type KubernetesObject } from '@capstan/object';
import { entriesAt, textAt } from '../fields.ts';
import { configMap, deployment } from '../manifests.ts';
import { inBoth, scenario, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';
import type { App } from '../app.ts';
import type { Dialect } from '../scenario.ts';

/** An app of a Deployment and a ConfigMap, applied. */
async function webApp(world: World, dialect: Dialect, selfHeal = true): Promise<App> {
  const first = await world.repository.commit(
    {
      'app/web.yaml': deployment('web', { replicas: 2 }),
      'app/settings.yaml': configMap('settings', { LEVEL: 'info' }),
    },
    'first',
  );
  const app = await world.app(dialect, { path: 'app', selfHeal });
  await app.applied(first);
  return app;
}

/** What a person adds with kubectl: `kubectl label`, `kubectl set env`. */
async function addByHand(world: World): Promise<void> {
  const web = world.ref('Deployment', 'web');
  await world.edit(web, { metadata: { labels: { team: 'blue' } } }, 'kubectl-label');
  await world.edit(
    web,
    { spec: { template: { spec: { containers: [{ name: 'web', env: [{ name: 'DEBUG', value: '1' }] }] } } } },
    'kubectl-set',
  );
}

function hasAdditions(web: KubernetesObject | undefined): { readonly label: boolean; readonly env: boolean } {
  return {
    label: textAt(web, 'metadata', 'labels', 'team') === 'blue',
    env: entriesAt(web, 'spec', 'template', 'spec', 'containers', 0, 'env').some(
      (entry) => textAt(entry, 'name') === 'DEBUG',
    ),
  };
}

/** Changes made to the cluster behind Git's back. */
export const driftScenarios: readonly Scenario[] = [
  ...inBoth('a field changed by hand is healed', async (world, dialect) => {
    await webApp(world, dialect);
    const web = world.ref('Deployment', 'web');
    await world.edit(web, { spec: { replicas: 5 } });
    await world.view.present('two replicas are wanted again', web, (seen) => getPath(seen, 'spec', 'replicas') === 2);
    const settings = world.ref('ConfigMap', 'settings');
    await world.edit(settings, { data: { LEVEL: 'trace' } });
    await world.view.present('the setting is back', settings, (seen) => textAt(seen, 'data', 'LEVEL') === 'info');
  }),
  ...inBoth('an object deleted by hand comes back', async (world, dialect) => {
    await webApp(world, dialect);
    const settings = world.ref('ConfigMap', 'settings');
    await world.view.client.delete(settings);
    await world.view.until('settings is back', settings, (seen) => textAt(seen, 'data', 'LEVEL') === 'info');
  }),
  scenario('argo: without self-heal drift is reported and left alone', 'argo', async (world) => {
    const app = await webApp(world, 'argo', false);
    const settings = world.ref('ConfigMap', 'settings');
    await world.edit(settings, { data: { LEVEL: 'trace' } });
    await app.outOfSync();
    await app.reconciled();
    await world.settled(settings, app);
    if (textAt(await world.view.live(settings), 'data', 'LEVEL') !== 'trace')
      throw new Error('the field was healed without self-heal');
    await world.edit(settings, { data: { LEVEL: 'info' } });
    await world.view.present(
      'the app is Synced again',
      app.ref,
      (seen) => textAt(seen, 'status', 'sync', 'status') === 'Synced',
    );
  }),
  scenario('argo: without self-heal a deleted object is reported as missing and stays so', 'argo', async (world) => {
    const app = await webApp(world, 'argo', false);
    const settings = world.ref('ConfigMap', 'settings');
    await world.view.client.delete(settings);
    await world.view.present('settings is reported as missing', app.ref, (seen) =>
      entriesAt(seen, 'status', 'resources').some(
        (entry) =>
          (textAt(entry, 'name') === 'settings' && textAt(entry, 'health', 'status') === 'Missing') ||
          (textAt(entry, 'name') === 'settings' && textAt(entry, 'status') === 'OutOfSync'),
      ),
    );
    await app.reconciled();
    await world.settled(app.ref, app);
    if ((await world.view.live(settings)) !== undefined) throw new Error('it was made again without self-heal');
  }),
  scenario('flux: a label and a variable added with kubectl are removed', 'flux', async (world) => {
    await webApp(world, 'flux');
    await addByHand(world);
    const web = world.ref('Deployment', 'web');
    await world.view.present('the additions are gone', web, (seen) => {
      const { label, env } = hasAdditions(seen);
      return !label && !env;
    });
  }),
  scenario('argo: a label and a variable added with kubectl are kept, and are no drift', 'argo', async (world) => {
    const app = await webApp(world, 'argo');
    await addByHand(world);
    const web = world.ref('Deployment', 'web');
    await app.reconciled();
    await world.settled(web, app);
    const { label, env } = hasAdditions(await world.view.live(web));
    if (!label || !env) throw new Error('an addition was removed');
    if (textAt(await world.view.live(app.ref), 'status', 'sync', 'status') !== 'Synced')
      throw new Error('an addition counts as drift');
  }),
];
