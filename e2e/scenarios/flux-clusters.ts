import { readFile } from 'node:fs/promises';
import type { App } from '../app.ts';
import { textAt, uidOf } from '../fields.ts';
import { fluxNamespace } from '../kustomization.ts';
import { configMap } from '../manifests.ts';
import { scenario, type Scenario } from '../scenario.ts';
import { withSecondCluster, type SecondCluster } from '../second-cluster.ts';
import type { World } from '../world.ts';

const NAME = 'second';

/** Declares a scenario that has a second cluster. */
function onTwo(name: string, run: (world: World, second: SecondCluster) => Promise<void>): Scenario {
  return scenario(`flux: ${name}`, 'flux', (world) => withSecondCluster(world, (second) => run(world, second)), [
    'second-cluster',
  ]);
}

function commit(world: World, level: string): Promise<string> {
  return world.repository.commit({ 'app/settings.yaml': configMap('settings', { LEVEL: level }) }, level);
}

async function writeKubeconfig(world: World, text: string): Promise<void> {
  const metadata = { name: NAME, namespace: fluxNamespace(world.namespace) };
  await world.view.client.apply(
    { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { value: text } },
    { fieldManager: 'kubectl', force: true },
  );
}

function appOn(world: World): Promise<App> {
  return world.app('flux', { path: 'app', spec: { kubeConfig: { secretRef: { name: NAME } } } });
}

/** Kustomizations that go where a kubeconfig leads. */
export const fluxClusterScenarios: readonly Scenario[] = [
  onTwo(
    'a kubeconfig leads to another cluster: applied, healed, pruned and left there alone',
    async (world, second) => {
      const settings = world.ref('ConfigMap', 'settings');
      const first = await commit(world, 'info');
      const app = await appOn(world);
      await app.complains(/unable to read KubeConfig secret/);
      await writeKubeconfig(world, await readFile(second.faults.kubeconfig, 'utf8'));
      await app.applied(first);
      if (textAt(await second.view.live(settings), 'data', 'LEVEL') !== 'info') throw new Error('it is not there');
      if ((await world.view.live(settings)) !== undefined) throw new Error('it is on the cluster of its owner too');
      await second.view.client.patch(
        settings,
        { kind: 'merge', patch: { data: { LEVEL: 'drift' } } },
        { fieldManager: 'kubectl-edit' },
      );
      await second.view.until('it is healed', settings, (seen) => textAt(seen, 'data', 'LEVEL') === 'info');
      await app.remove();
      await app.gone();
      await second.view.until('it is pruned', settings, (seen) => seen === undefined);
    },
  ),
  onTwo('a cluster that cannot be reached loses nothing, and goes on when it is back', async (world, second) => {
    const settings = world.ref('ConfigMap', 'settings');
    const first = await commit(world, 'info');
    const app = await appOn(world);
    await writeKubeconfig(world, await readFile(second.faults.kubeconfig, 'utf8'));
    await app.applied(first);
    const uid = uidOf(await second.view.live(settings));
    const mend = second.breakDown('refuses');
    const next = await commit(world, 'debug');
    await app.refresh();
    await app.complains(/reach|refused|closed|hang up|ECONN/i, 60_000);
    mend();
    await app.applied(next);
    if (uidOf(await second.view.live(settings)) !== uid) throw new Error('it was made anew');
  }),
  onTwo('a kubeconfig may run no program and read no file', async (world, second) => {
    await commit(world, 'info');
    const app = await appOn(world);
    const user = (lines: string): string =>
      `apiVersion: v1\nkind: Config\ncurrent-context: x\ncontexts: [{name: x, context: {cluster: x, user: x}}]\nclusters: [{name: x, cluster: {server: '${second.server}'}}]\nusers: [{name: x, user: ${lines}}]\n`;
    const program = '{exec: {apiVersion: client.authentication.k8s.io/v1, command: id}}';
    await writeKubeconfig(world, user(program));
    await app.complains(/asks for an exec plugin \(id\), which is not allowed here/);
    await writeKubeconfig(world, user('{tokenFile: /etc/hostname}'));
    await app.complains(/asks for a file \(tokenFile\), which is not allowed here/);
    if ((await second.view.live(world.ref('ConfigMap', 'settings'))) !== undefined) throw new Error('it was applied');
  }),
];
