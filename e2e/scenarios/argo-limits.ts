import { join } from 'node:path';
import { createGitRepository } from '@capstan/testkit';
import { ask, ended, mustStand, waits } from '../argo-operation.ts';
import { entriesAt, textAt } from '../fields.ts';
import { configMap, hopelessDeployment } from '../manifests.ts';
import { withProject, withSettings } from '../project.ts';
import { lonely, scenario, type Scenario } from '../scenario.ts';
import { addSubmodule } from '../submodule.ts';

const manifest = (name: string, namespace = ''): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, ...(namespace === '' ? {} : { namespace }) },
    data: { from: 'the operation' },
  });

/** What settings limit, switch off and add, and operations that bring their own manifests along. */
export const argoLimitScenarios: readonly Scenario[] = [
  lonely('argo: a sync that takes longer than it may is ended, where settings limit it', 'argo', async (world) => {
    const params = 'argocd-cmd-params-cm';
    const limited = async (): Promise<void> => {
      await world.startControllers();
      const first = await world.repository.commit(
        {
          'app/web.yaml': hopelessDeployment('web'),
          'app/late.yaml': configMap('late', {}, { 'argocd.argoproj.io/sync-wave': '1' }),
        },
        'first',
      );
      const app = await world.app('argo', { path: 'app', automated: false, retry: { limit: 3 } });
      await ask(world, app, { revision: first });
      await ended(world, app, 'Failed', /^Operation terminated.*, triggered by controller sync timeout$/);
      await mustStand(world, 'ConfigMap', 'late', false, 'its wave never came');
      const unlimited = async (): Promise<void> => {
        await ask(world, app, { revision: first });
        await waits(world, app, /waiting for healthy state of apps\/Deployment\/web/);
        await world.edit(world.ref('Deployment', 'web'), { spec: { template: { spec: { nodeSelector: null } } } });
        await ended(world, app, 'Succeeded');
        await mustStand(world, 'ConfigMap', 'late', true, 'it had all the time that it needed');
      };
      await withSettings(world, { 'controller.sync.timeout.seconds': '0' }, unlimited, params);
      await world.clean();
    };
    await withSettings(world, { 'controller.sync.timeout.seconds': '5' }, limited, params);
  }),
  lonely('argo: tools that settings switch off are not used, and those beside them are', 'argo', async (world) => {
    await withSettings(world, { 'jsonnet.enable': 'false' }, async () => {
      await world.startControllers();
      const program = `{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'programmed' } }`;
      const first = await world.repository.commit(
        {
          'app/main.jsonnet': program,
          'app/one.yaml': configMap('one', {}),
          'built/kustomization.yaml': 'namePrefix: built-\nresources: [two.yaml]\n',
          'built/two.yaml': configMap('two', {}),
        },
        'first',
      );
      const app = await world.app('argo', { path: 'app' }, 'plain');
      const built = await world.app('argo', { path: 'built' }, 'built');
      await Promise.all([app.applied(first), built.applied(first)]);
      await mustStand(world, 'ConfigMap', 'programmed', false, 'programs are switched off');
      await mustStand(world, 'ConfigMap', 'built-two', true, 'kustomize is not');
      await withSettings(world, { 'jsonnet.enable': 'true', 'kustomize.enable': 'false' }, async () => {
        await world.view.present('programs are run', world.ref('ConfigMap', 'programmed'));
        // A kustomization is no manifest: what stands beside it is applied as it is.
        await world.view.present('the folder is a plain one', world.ref('ConfigMap', 'two'));
        await world.view.until(
          'what was built is pruned',
          world.ref('ConfigMap', 'built-two'),
          (seen) => seen === undefined,
        );
      });
      await world.clean();
    });
  }),
  lonely('argo: submodules are part of the content, unless settings switch them off', 'argo', async (world) => {
    await world.startControllers();
    const library = await createGitRepository(join(world.folder, 'library.git'));
    const inner = await library.commit({ 'lib.yaml': configMap('lib', {}) }, 'library');
    await world.repository.commit({ 'app/one.yaml': configMap('one', {}) }, 'first');
    const whole = await addSubmodule(world.repository, 'app/lib', '../library.git', inner);
    const source = { repoURL: world.url, targetRevision: 'main', path: 'app', directory: { recurse: true } };
    const app = await world.app('argo', { path: 'app', spec: { source } });
    await app.applied(whole);
    await mustStand(world, 'ConfigMap', 'lib', true, 'the submodule is part of the folder');
    const broken = await addSubmodule(world.repository, 'app/lib', '../nowhere.git', inner.replace(/^./, '0'));
    await app.refresh();
    await app.complains(/nowhere\.git/);
    await mustStand(world, 'ConfigMap', 'lib', true, 'what is not whole changes nothing');
    const off = { 'reposerver.enable.git.submodule': 'false' };
    const without = async (): Promise<void> => {
      await app.applied(broken);
      await mustStand(world, 'ConfigMap', 'lib', false, 'without submodules it is no part of the folder');
    };
    await withSettings(world, off, without, 'argocd-cmd-params-cm');
    await world.clean();
  }),
  lonely('argo: events bear the labels that settings name, and no others', 'argo', async (world) => {
    const keys = { 'resource.includeEventLabelKeys': 'team, cost*', 'resource.excludeEventLabelKeys': 'cost-secret' };
    await withSettings(world, keys, async () => {
      await world.startControllers();
      await withProject(world, {}, async (project) => {
        const first = await world.repository.commit({ 'app/one.yaml': configMap('one', {}) }, 'first');
        await world.edit(project.ref, { metadata: { labels: { team: 'project', 'cost-center': '7', other: 'x' } } });
        const app = await world.app('argo', { path: 'app', automated: false, spec: { project: project.name } });
        await world.edit(app.ref, { metadata: { labels: { team: 'app', 'cost-secret': 'y' } } });
        await ask(world, app, { revision: first });
        await world.view.untilSome('an event tells of the sync', { group: '', kind: 'Event' }, 'argocd', (event) => {
          const isOurs = textAt(event, 'involvedObject', 'name') === app.ref.name;
          if (!isOurs || textAt(event, 'reason') !== 'OperationCompleted') return false;
          const labels = JSON.stringify(event.metadata['labels'] ?? null);
          if (labels !== '{"cost-center":"7","team":"app"}' && labels !== '{"team":"app","cost-center":"7"}')
            throw new Error(`it bears ${labels}`);
          return true;
        });
        await world.clean();
      });
    });
  }),
  scenario(
    'argo: an operation may bring its own manifests along, as far as the project lets it',
    'argo',
    async (world) => {
      const { namespace } = world;
      const destinations = [{ server: '*', namespace }];
      await withProject(world, { destinations }, async (project) => {
        const first = await world.repository.commit({ 'app/one.yaml': configMap('one', { from: 'git' }) }, 'first');
        const app = await world.app('argo', {
          path: 'app',
          automated: false,
          retry: { limit: 0 },
          spec: { project: project.name },
        });
        await ask(world, app, { revision: first, manifests: [manifest('brought')] });
        await ended(world, app, 'Succeeded');
        await mustStand(world, 'ConfigMap', 'brought', true, 'the operation brought it along');
        await mustStand(world, 'ConfigMap', 'one', false, 'Git’s manifests were not to be synced');
        await ask(world, app, { revision: first, manifests: [manifest('foreign', 'default')] });
        await ended(world, app, 'Failed', /not valid|not permitted/);
        const foreign = { ...world.ref('ConfigMap', 'foreign'), namespace: 'default' };
        if ((await world.view.live(foreign)) !== undefined) throw new Error('it was written beyond the project');
        await project.change({
          sourceIntegrity: {
            git: { policies: [{ repos: [{ url: '*' }], gpg: { mode: 'head', keys: ['ABCDEF0123456789'] } }] },
          },
        });
        await ask(world, app, { revision: first, manifests: [manifest('unsigned')] });
        await ended(world, app, 'Error', /Cannot use local manifests when source integrity is enforced/);
        await mustStand(world, 'ConfigMap', 'unsigned', false, 'nobody has signed it');
        await project.change({ sourceIntegrity: null });
        await ask(world, app, { revision: first });
        await ended(world, app, 'Succeeded');
        await mustStand(world, 'ConfigMap', 'one', true, 'the next sync is of Git again');
        const seen = await world.view.live(app.ref);
        if (entriesAt(seen, 'status', 'history').length === 0) throw new Error('the history tells nothing');
      });
    },
  ),
];
