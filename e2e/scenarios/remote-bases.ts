import { join } from 'node:path';
import { createGitRepository } from '@capstan/testkit';
import { textAt } from '../fields.ts';
import { configMap } from '../manifests.ts';
import { inBoth, lonely, type Dialect, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

const LOCAL = '--allow-local-remote-bases';

/** Kustomizations that stand on another repository. */
export const remoteBaseScenarios: readonly Scenario[] = [
  ...(['argo', 'flux'] as const).map((dialect) =>
    lonely(
      `${dialect}: a base in another repository is built at the reference that its URL names`,
      dialect,
      async (world) => {
        await world.startControllers([LOCAL]);
        const commit = await commitOverlay(world);
        const app = await world.app(dialect, { path: 'app' });
        await app.applied(commit);
        const live = await world.view.live(world.ref('ConfigMap', 'x-base'));
        if (textAt(live, 'data', 'FROM') !== 'v1') throw new Error('the base is not that of the tag');
      },
    ),
  ),
  ...inBoth(
    'a base on the machine of the controllers is not fetched, and nothing is written',
    async (world, dialect) => {
      await commitOverlay(world);
      await refused(world, dialect, /nothing is fetched from 127\.0\.0\.1/);
    },
  ),
  lonely('flux: with --no-remote-bases a base elsewhere is refused by name', 'flux', async (world) => {
    await world.startControllers([LOCAL, '--no-remote-bases']);
    await commitOverlay(world);
    await refused(world, 'flux', /BuildFailed kustomize build failed: .*lies elsewhere, and nothing is fetched here/);
  }),
];

/** A repository with a tag and a later commit, and a kustomization that stands on the tag. */
async function commitOverlay(world: World): Promise<string> {
  const base = await createGitRepository(join(world.folder, 'base.git'));
  const manifests = (from: string) => ({
    'lib/kustomization.yaml': 'resources: [base.yaml]\n',
    'lib/base.yaml': configMap('base', { FROM: from }),
  });
  await base.commit(manifests('v1'), 'first');
  await base.tag('v1');
  await base.commit(manifests('main'), 'second');
  const url = `${world.url.replace(/repo\.git$/, 'base.git')}/lib?ref=v1`;
  return world.repository.commit(
    { 'app/kustomization.yaml': `resources: ["${url}"]\nnamePrefix: x-\nnamespace: ${world.namespace}\n` },
    'overlay',
  );
}

async function refused(world: World, dialect: Dialect, why: RegExp): Promise<void> {
  const app = await world.app(dialect, { path: 'app' });
  await app.complains(why);
  await world.settled(app.ref, app);
  if ((await world.view.live(world.ref('ConfigMap', 'x-base'))) !== undefined)
    throw new Error('the base was applied although it may not be fetched');
}
