import { uidOf } from '../fields.ts';
import { configMap } from '../manifests.ts';
import { inBoth, type Dialect, type Scenario } from '../scenario.ts';
import type { App } from '../app.ts';
import type { World } from '../world.ts';

/** An app of one ConfigMap that goes through something bad and has to come out of it with the same object. */
interface Ordeal {
  readonly app: App;
  /** Fails unless the object is there as it was made. */
  readonly unharmed: () => Promise<void>;
  /** Mends Git, and waits until that is applied. */
  readonly mended: (files: Readonly<Record<string, string | null>>) => Promise<void>;
}

async function ordeal(world: World, dialect: Dialect): Promise<Ordeal> {
  const one = world.ref('ConfigMap', 'one');
  const first = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
  // Argo CD goes on with a failed operation's own revision until its retries are spent.
  const retry = { limit: 1, backoff: { duration: '1s' } };
  const app = await world.app(dialect, { path: 'app', retry });
  await app.applied(first);
  const uid = uidOf(await world.view.live(one));
  const unharmed = async (): Promise<void> => {
    if (uidOf(await world.view.live(one)) !== uid) throw new Error('the object was lost or made anew');
  };
  return {
    app,
    unharmed,
    mended: async (files) => {
      const last = await world.repository.commit(files, 'mend');
      await app.refresh();
      await app.applied(last);
      await unharmed();
    },
  };
}

/** What can be wrong with what a commit holds: a clear word about it, nothing lost, and all well once it is mended. */
export const brokenContentScenarios: readonly Scenario[] = [
  ...inBoth('a manifest that does not parse is complained about, with its file', async (world, dialect) => {
    const { app, unharmed, mended } = await ordeal(world, dialect);
    await world.repository.commit(
      { 'app/bad.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: [bad\n' },
      'bad',
    );
    await app.refresh();
    await app.complains(/bad\.yaml/);
    await unharmed();
    await mended({ 'app/bad.yaml': configMap('bad', { fine: 'now' }) });
  }),
  ...inBoth('a kind that the cluster does not serve is complained about by name', async (world, dialect) => {
    const { app, unharmed, mended } = await ordeal(world, dialect);
    await world.repository.commit(
      { 'app/widget.yaml': 'apiVersion: nowhere.example.com/v1\nkind: Widget\nmetadata: {name: w}\n' },
      'unknown kind',
    );
    await app.refresh();
    await app.complains(/Widget/);
    await unharmed();
    await mended({ 'app/widget.yaml': null });
  }),
  ...inBoth('a manifest that the cluster refuses is complained about in its words', async (world, dialect) => {
    const { app, unharmed, mended } = await ordeal(world, dialect);
    await world.repository.commit(
      {
        'app/service.yaml':
          'apiVersion: v1\nkind: Service\nmetadata: {name: wrong}\nspec: {ports: [{name: http, port: 99999}], selector: {a: b}}\n',
      },
      'a port that is none',
    );
    await app.refresh();
    await app.complains(/spec\.ports\[0\]\.port|99999/);
    await unharmed();
    await mended({ 'app/service.yaml': null });
  }),
  ...inBoth('a path that has gone from Git prunes nothing', async (world, dialect) => {
    const { app, unharmed, mended } = await ordeal(world, dialect);
    await world.repository.commit({ 'app/one.yaml': null, 'README.md': 'moved\n' }, 'gone');
    await app.refresh();
    await app.complains(/app.*(not found|does not exist|no such)|(not found|does not exist|no such).*app/i);
    await world.settled(app.ref, app);
    await unharmed();
    await mended({ 'app/one.yaml': configMap('one', { a: '2' }) });
  }),
  ...inBoth('a path that never was is complained about', async (world, dialect) => {
    await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
    const app = await world.app(dialect, { path: 'nowhere' });
    await app.complains(/nowhere/);
    const second = await world.repository.commit({ 'nowhere/two.yaml': configMap('two', { b: '2' }) }, 'there');
    await app.refresh();
    await app.applied(second);
  }),
];
