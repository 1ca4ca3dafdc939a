import { getPath } from '@capstan/object';
import { textAt, uidOf } from '../fields.ts';
import { configMap, deployment } from '../manifests.ts';
import { inBoth, scenario, type Scenario } from '../scenario.ts';

const image = ['spec', 'template', 'spec', 'containers', 0, 'image'] as const;

/** From a commit to the cluster and back. */
export const commitScenarios: readonly Scenario[] = [
  ...inBoth('a commit is applied, and the next one too', async (world, dialect) => {
    const first = await world.repository.commit(
      {
        'app/web.yaml': deployment('web', { replicas: 1 }),
        'app/settings.yaml': configMap('settings', { LEVEL: 'info' }),
        'elsewhere/other.yaml': configMap('other', { LEVEL: 'info' }),
      },
      'first',
    );
    const app = await world.app(dialect, { path: 'app' });
    await app.applied(first);
    const second = await world.repository.commit(
      { 'app/settings.yaml': configMap('settings', { LEVEL: 'debug' }) },
      'second',
    );
    await app.refresh();
    await app.applied(second);
    const settings = await world.view.live(world.ref('ConfigMap', 'settings'));
    if (textAt(settings, 'data', 'LEVEL') !== 'debug') throw new Error('the new setting is not live');
    if ((await world.view.live(world.ref('ConfigMap', 'other'))) !== undefined)
      throw new Error('a file outside of the path was applied');
  }),
  ...inBoth('a revert rolls back, in place', async (world, dialect) => {
    const web = world.ref('Deployment', 'web');
    const old = deployment('web', { image: 'nginx:1.27' });
    const first = await world.repository.commit({ 'app/web.yaml': old }, 'first');
    const app = await world.app(dialect, { path: 'app' });
    await app.applied(first);
    const uid = uidOf(await world.view.live(web));
    const newer = deployment('web', { image: 'nginx:1.28' });
    const second = await world.repository.commit({ 'app/web.yaml': newer }, 'newer image');
    await app.refresh();
    await app.applied(second);
    if (getPath(await world.view.live(web), ...image) !== 'nginx:1.28') throw new Error('the newer image is not live');
    const third = await world.repository.commit({ 'app/web.yaml': old }, 'Revert "newer image"');
    await app.refresh();
    await app.applied(third);
    const live = await world.view.live(web);
    if (getPath(live, ...image) !== 'nginx:1.27') throw new Error('the old image is not back');
    if (uidOf(live) !== uid) throw new Error('the Deployment was made anew');
  }),
  ...inBoth('a commit that changes nothing below the path writes nothing to the workload', async (world, dialect) => {
    const first = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
    const app = await world.app(dialect, { path: 'app' });
    await app.applied(first);
    const before = world.writes().filter((request) => request.namespace === world.namespace).length;
    const second = await world.repository.commit({ 'README.md': 'Hello\n' }, 'readme');
    await app.refresh();
    await app.applied(second);
    const writes = world.writes().filter((request) => request.namespace === world.namespace);
    if (writes.length !== before) throw new Error(`the workload was written: ${JSON.stringify(writes.slice(before))}`);
  }),
  scenario('argo: without automated sync nothing is applied until somebody asks', 'argo', async (world) => {
    const first = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
    const app = await world.app('argo', { path: 'app', automated: false });
    await app.outOfSync();
    await world.settled(app.ref, app);
    if ((await world.view.live(world.ref('ConfigMap', 'one'))) !== undefined)
      throw new Error('it was applied although nobody asked');
    await world.edit(app.ref, { operation: { sync: { revision: first } } });
    await app.applied(first);
    await world.view.present('one is there', world.ref('ConfigMap', 'one'));
  }),
  scenario('argo: a refresh that is asked for while a sync is tried again is not lost', 'argo', async (world) => {
    const service = (port: number): string =>
      `apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: ${port}}]}\n`;
    await world.repository.commit({ 'app/web.yaml': service(99_999) }, 'no such port');
    const retry = { limit: 100, refresh: true, backoff: { duration: '1s', factor: 1, maxDuration: '1s' } };
    const app = await world.app('argo', { path: 'app', retry });
    await app.complains(/^Running .*Retrying attempt #/);
    const second = await world.repository.commit({ 'app/web.yaml': service(80) }, 'mended');
    await app.refresh();
    await app.applied(second);
  }),
];
