import { capstan, mustEnd } from '../capstan.ts';
import { conditionOf, textAt } from '../fields.ts';
import { configMap, hopelessDeployment } from '../manifests.ts';
import { scenario, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

/** What `capstan why` says of a resource. */
async function why(
  world: World,
  ref: { readonly kind: string; readonly namespace: string; readonly name: string },
  words: RegExp,
): Promise<void> {
  mustEnd(await capstan(world, 'why', `${ref.kind}/${ref.namespace}/${ref.name}`), 0, words);
}

/** `capstan why`, on what stands in a Kustomization's or a source's way. */
export const fluxWhyScenarios: readonly Scenario[] = [
  scenario(
    'flux: why names cause and remedy of what holds a Kustomization up, and nothing of one that is ready',
    'flux',
    async (world) => {
      const commit = await world.repository.commit(
        { 'app/one.yaml': configMap('one', { A: 'x${nowhere}y' }) },
        'first',
      );
      const app = await world.app('flux', { path: 'app', spec: { timeout: '10m' } });
      await app.applied(commit);
      await why(world, app.ref, /is Synced, Healthy\. Nothing stands in the way/);
      await app.change({ postBuild: { substitute: { a: 'b' } } });
      await app.complains(/BuildFailed/);
      await why(world, app.ref, /Its variables cannot be put in[^]*→ set what the message names in spec\.postBuild/);
      await app.change({ postBuild: null, path: 'elsewhere' });
      await app.complains(/ArtifactFailed/);
      await why(world, app.ref, /Its source has no such folder[^]*→ mend spec\.path/);
      await app.change({ path: 'app', dependsOn: [{ name: 'absent' }] });
      await app.complains(/DependencyNotReady/);
      await why(world, app.ref, /Something that it depends on does not exist[^]*→ create it/);
    },
  ),
  scenario(
    'flux: why says what a Kustomization has stopped at, what suspends it, and what it is busy with',
    'flux',
    async (world) => {
      const commit = await world.repository.commit({ 'app/one.yaml': configMap('one', { A: '1' }) }, 'first');
      const app = await world.app('flux', { path: 'app', spec: { timeout: '10m' } });
      await app.applied(commit);
      await app.change({ healthCheckExprs: [{ apiVersion: 'v1', kind: 'ConfigMap', current: 'data.' }] });
      await app.complains(/InvalidCELExpression/);
      await why(world, app.ref, /One of its expressions is wrong; it has stopped trying[^]*→ mend the expression/);
      await app.change({ healthCheckExprs: null, suspend: true });
      await why(world, app.ref, /It is suspended[^]*→ capstan resume/);
      await world.repository.commit({ 'app/web.yaml': hopelessDeployment('web') }, 'hopeless');
      await app.change({ suspend: false });
      await app.refresh();
      await world.view.present('its health is being checked', app.ref, (seen) =>
        textAt(conditionOf(seen, 'Reconciling'), 'message').startsWith('Running health checks'),
      );
      await why(world, app.ref, /It is at work\n +Progressing: Running health checks[^]*Deployment/);
    },
  ),
  scenario('flux: why follows a Kustomization to its source, and names what is wrong there', 'flux', async (world) => {
    await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
    const app = await world.app('flux', { path: 'app', branch: 'nowhere' });
    await app.complains(/couldn't find remote ref/);
    await why(world, app.source, /Its repository has no such branch, tag or commit[^]*→ mend spec\.ref, or push it/);
    await app.complains(/ArtifactFailed|couldn't find remote ref/);
    await why(
      world,
      app.ref,
      /Its source has fetched nothing yet[^]*GitRepository .* is not ready: its repository has no such branch/,
    );
  }),
];
