import { startGitHost } from '@capstan/source';
import { uidOf } from '../fields.ts';
import { fluxNamespace } from '../kustomization.ts';
import { configMap } from '../manifests.ts';
import { inBoth, type Dialect, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

const password = 'correct-horse';

/** A Secret with credentials, in the dialect's form. */
async function writeCredentials(world: World, dialect: Dialect, url: string, word: string): Promise<void> {
  const data = { username: 'git', password: word };
  const secret =
    dialect === 'argo'
      ? {
          metadata: {
            name: `${world.namespace}-repository`,
            namespace: 'argocd',
            labels: { 'argocd.argoproj.io/secret-type': 'repository' },
          },
          stringData: { type: 'git', url, ...data },
        }
      : { metadata: { name: 'git-credentials', namespace: fluxNamespace(world.namespace) }, stringData: data };
  await world.view.client.apply(
    { apiVersion: 'v1', kind: 'Secret', ...secret },
    { fieldManager: 'capstan-e2e', force: true },
  );
}

/** What can be wrong with a repository: a clear word about it, nothing lost, and all well once it is mended. */
export const brokenSourceScenarios: readonly Scenario[] = [
  ...inBoth('a repository that cannot be reached is complained about, and nothing is lost', async (world, dialect) => {
    const one = world.ref('ConfigMap', 'one');
    const host = await startGitHost({ root: world.folder, port: 0 });
    const first = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
    const app = await world.app(dialect, { path: 'app', url: `${host.url}/repo.git` });
    await app.applied(first);
    const uid = uidOf(await world.view.live(one));
    await host.close();
    const second = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '2' }) }, 'second');
    await app.refresh();
    await app.complains(/connect|reach|refused/i);
    if (uidOf(await world.view.live(one)) !== uid) throw new Error('the object was lost');
    const again = await startGitHost({ root: world.folder, port: host.port });
    try {
      await app.refresh();
      await app.applied(second);
      if (uidOf(await world.view.live(one)) !== uid) throw new Error('the object was made anew');
    } finally {
      await again.close();
    }
  }),
  ...inBoth('wrong credentials are complained about, without a word of them', async (world, dialect) => {
    const host = await startGitHost({ root: world.folder, port: 0, auth: { username: 'git', password } });
    const url = `${host.url}/repo.git`;
    try {
      const first = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
      if (dialect === 'flux') await createFluxNamespace(world);
      await writeCredentials(world, dialect, url, 'wrong-battery');
      const app = await world.app(dialect, { path: 'app', url, secretRef: 'git-credentials' });
      await app.complains(/auth|credential|unauthorized/i);
      const said = JSON.stringify([await world.view.live(app.ref), await world.view.live(app.source)]);
      if (said.includes('wrong-battery')) throw new Error('the status tells the password');
      await writeCredentials(world, dialect, url, password);
      await app.refresh();
      await app.applied(first);
    } finally {
      await host.close();
      await world.view.client
        .delete({
          group: '',
          version: 'v1',
          kind: 'Secret',
          namespace: 'argocd',
          name: `${world.namespace}-repository`,
        })
        .catch(() => undefined);
    }
  }),
  ...inBoth('a force-push is applied, and what it dropped is pruned', async (world, dialect) => {
    await world.repository.commit(
      { 'app/one.yaml': configMap('one', { a: '1' }), 'app/two.yaml': configMap('two', { b: '2' }) },
      'first',
    );
    const second = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '2' }) }, 'second');
    const app = await world.app(dialect, { path: 'app' });
    await app.applied(second);
    const uid = uidOf(await world.view.live(world.ref('ConfigMap', 'one')));
    const forced = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '3' }) }, 'anew', {
      force: true,
    });
    await app.refresh();
    await app.applied(forced);
    await world.view.until('two is pruned', world.ref('ConfigMap', 'two'), (seen) => seen === undefined);
    if (uidOf(await world.view.live(world.ref('ConfigMap', 'one'))) !== uid) throw new Error('one was made anew');
  }),
  ...inBoth('a branch that was deleted never means empty', async (world, dialect) => {
    const one = world.ref('ConfigMap', 'one');
    const branch = 'release';
    const files = { 'app/one.yaml': configMap('one', { a: '1' }) };
    await world.repository.commit({ 'README.md': 'main\n' }, 'main');
    const first = await world.repository.commit(files, 'first', { branch });
    const app = await world.app(dialect, { path: 'app', branch });
    await app.applied(first);
    const uid = uidOf(await world.view.live(one));
    await world.repository.deleteBranch(branch);
    await app.refresh();
    await app.complains(/release/);
    await world.settled(one, app);
    if (uidOf(await world.view.live(one)) !== uid) throw new Error('the object was lost');
    const again = await world.repository.commit(files, 'again', { branch });
    await app.refresh();
    await app.applied(again);
    if (uidOf(await world.view.live(one)) !== uid) throw new Error('the object was made anew');
  }),
];

async function createFluxNamespace(world: World): Promise<void> {
  await world.view.client.create(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: fluxNamespace(world.namespace) } },
    { fieldManager: 'kubectl-create' },
  );
}
