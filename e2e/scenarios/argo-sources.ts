import { deepEqual, getPath, type JsonValue } from '@capstan/object';
import { createSigner } from '@capstan/testkit';
import { capstan, mustEnd } from '../capstan.ts';
import { entriesAt, textAt } from '../fields.ts';
import { configMap } from '../manifests.ts';
import { withProject, withSettings, type Project } from '../project.ts';
import { scenario, type Scenario } from '../scenario.ts';

/** What an Application takes its manifests from, beyond one plain folder. */
export const argoSourceScenarios: readonly Scenario[] = [
  scenario('argo: several sources are put together, and the last one wins', 'argo', async (world) => {
    const { repository, url } = world;
    const first = await repository.commit(
      {
        'one/a.yaml': configMap('a', { from: 'one' }),
        'one/shared.yaml': configMap('shared', { from: 'one' }),
        'two/kustomization.yaml': 'resources: [shared.yaml]\n',
        'two/shared.yaml': configMap('shared', { from: 'two' }),
        'values/prod.yaml': 'x: y\n',
      },
      'first',
    );
    const source = { repoURL: url, targetRevision: 'main' };
    const sources = [
      { ...source, path: 'one' },
      { ...source, ref: 'values' },
      { ...source, path: 'two', name: 'second', kustomize: { commonAnnotations: { laid: 'over' } } },
    ];
    const app = await world.app('argo', { path: 'none', spec: { sources } });
    const seen = await world.view.present(
      'all sources are synced',
      app.ref,
      (object) =>
        textAt(object, 'status', 'sync', 'status') === 'Synced' && entriesAt(object, 'status', 'history').length === 1,
    );
    const shared = await world.view.live(world.ref('ConfigMap', 'shared'));
    if (textAt(shared, 'data', 'from') !== 'two') throw new Error('the last source did not win');
    if (textAt(shared, 'metadata', 'annotations', 'laid') !== 'over') throw new Error('its options were passed over');
    const expected: readonly [readonly (string | number)[], JsonValue | undefined][] = [
      [
        ['sync', 'revisions'],
        [first, first, first],
      ],
      [['sync', 'comparedTo', 'sources'], sources],
      [['sync', 'comparedTo', 'source'], { repoURL: '' }],
      [['sync', 'revision'], undefined],
      [['sourceTypes'], ['Directory', '', 'Kustomize']],
      [['sourceType'], undefined],
      [
        ['history', 0, 'revisions'],
        [first, first, first],
      ],
      [['history', 0, 'sources'], sources],
      [['operationState', 'operation', 'sync', 'sources'], sources],
      [['operationState', 'operation', 'sync', 'revision'], undefined],
      [
        ['operationState', 'syncResult', 'revisions'],
        [first, first, first],
      ],
      [['operationState', 'syncResult', 'revision'], ''],
      [['operationState', 'syncResult', 'source'], { repoURL: '' }],
    ];
    for (const [path, value] of expected) {
      const found = getPath(seen, 'status', ...path);
      if (value === undefined ? found !== undefined : !deepEqual(found ?? null, value))
        throw new Error(`status.${path.join('.')} is ${JSON.stringify(found)}`);
    }
    await app.complains(/RepeatedResourceWarning Resource \/ConfigMap\/.*\/shared appeared 2 times/);
    mustEnd(await capstan(world, 'diff', app.ref.name), 0, /Nothing would change/);
    await repository.commit({ 'one/a.yaml': configMap('a', { from: 'branch' }) }, 'other', { branch: 'other' });
    mustEnd(await capstan(world, 'diff', app.ref.name, '--revision', 'other'), 2, /say by --source which of them/);
    const other = ['--source', '1', '--revision', 'other'];
    mustEnd(await capstan(world, 'diff', app.ref.name, ...other), 10, /from: branch/);

    await repository.commit(
      { 'two/shared.yaml': null, 'two/kustomization.yaml': 'resources: [gone.yaml]\n' },
      'broken',
    );
    await app.refresh();
    await app.complains(/ComparisonError Failed to load target state: .* for source 3 of 3: /);
    if ((await world.view.live(world.ref('ConfigMap', 'a'))) === undefined) throw new Error('a was pruned');
    const third = await repository.commit({ 'two/kustomization.yaml': 'resources: []\n' }, 'one left');
    await app.refresh();
    await world.view.present(
      'the newest commit is synced',
      app.ref,
      (object) =>
        textAt(object, 'status', 'sync', 'status') === 'Synced' &&
        textAt(object, 'status', 'sync', 'revisions', 2) === third,
    );
    if (textAt(await world.view.live(world.ref('ConfigMap', 'shared')), 'data', 'from') !== 'one')
      throw new Error('the other source did not take over');
  }),
  scenario(
    'argo: Jsonnet beside manifests is rendered in the workers, with libraries, variables and the commit',
    'argo',
    async (world) => {
      const { repository, url } = world;
      const program = `local lib = import 'lib.libsonnet';
      function(revision) [lib.map('one', { at: revision, from: std.extVar('from') }), import '../app/two.libsonnet']`;
      const first = await repository.commit(
        {
          'app/main.jsonnet': program,
          'app/two.libsonnet': `{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'two' } }`,
          'app/three.yaml': configMap('three', {}),
          'vendor/lib.libsonnet': `{ map(name, data): { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: name }, data: data } }`,
          'app/.argocd-source.yaml': 'directory: {jsonnet: {extVars: [{name: from, value: file}]}}\n',
        },
        'first',
      );
      const jsonnet = { tlas: [{ name: 'revision', value: '$ARGOCD_APP_REVISION' }], libs: ['vendor'] };
      const source = { repoURL: url, targetRevision: 'main', path: 'app', directory: { jsonnet } };
      const app = await world.app('argo', { path: 'app', spec: { source } });
      await app.applied(first);
      const one = await world.view.live(world.ref('ConfigMap', 'one'));
      if (textAt(one, 'data', 'at') !== first) throw new Error('the revision was not filled in');
      if (textAt(one, 'data', 'from') !== 'file') throw new Error('the file beside the program was passed over');
      for (const name of ['two', 'three'])
        if ((await world.view.live(world.ref('ConfigMap', name))) === undefined) throw new Error(`${name} is missing`);
      await repository.commit({ 'app/main.jsonnet': `importstr '/etc/passwd'` }, 'hostile');
      await app.refresh();
      await app.complains(/Failed to evaluate jsonnet "main.jsonnet": .*couldn't open import "\/etc\/passwd"/s);
      await repository.commit({ 'app/main.jsonnet': 'local f(x) = f(x + 1) + 1; f(0)' }, 'endless');
      await app.refresh();
      await app.complains(/max stack frames exceeded/);
      if ((await world.view.live(world.ref('ConfigMap', 'two'))) === undefined) throw new Error('two was pruned');
    },
  ),
  scenario(
    'argo: parameters in the repository are laid over an app’s own, and those for another app are not',
    'argo',
    async (world) => {
      const { repository, view, url } = world;
      const first = await repository.commit(
        {
          'app/kustomization.yaml': 'resources: [one.yaml]\n',
          'app/one.yaml': configMap('one', {}),
          'app/.argocd-source.yaml': 'repoURL: http://elsewhere.example/x.git\nkustomize: {namePrefix: all-}\n',
          'app/.argocd-source-somebody-else.yaml': 'kustomize: {nameSuffix: -theirs}\n',
        },
        'first',
      );
      const source = { repoURL: url, targetRevision: 'main', path: 'app', kustomize: { commonLabels: { own: 'yes' } } };
      const app = await world.app('argo', { path: 'app', spec: { source } });
      await app.applied(first);
      const one = await view.live(world.ref('ConfigMap', 'all-one'));
      if (one === undefined) throw new Error('the file of the folder was passed over');
      if (textAt(one, 'metadata', 'labels', 'own') !== 'yes') throw new Error('the app’s own parameters were lost');
      const named = `app/.argocd-source-${app.ref.name}.yaml`;
      const second = await repository.commit({ [named]: 'kustomize: {namePrefix: mine-}\n' }, 'for this app');
      await app.refresh();
      await app.applied(second);
      await view.present('the app’s own file comes last', world.ref('ConfigMap', 'mine-one'), () => true);
      for (const name of ['one-theirs', 'all-one-theirs', 'mine-one-theirs'])
        if ((await view.live(world.ref('ConfigMap', name))) !== undefined) throw new Error(`${name} was applied`);
      await repository.commit({ [named]: 'kustomize: [no mapping]\n' }, 'broken');
      await app.refresh();
      await app.complains(/error while parsing source parameters: app\/\.argocd-source-/);
      if ((await view.live(world.ref('ConfigMap', 'mine-one'))) === undefined) throw new Error('mine-one was pruned');
    },
  ),
  scenario('argo: a folder is read as deep as an app says, without what it excludes', 'argo', async (world) => {
    const { repository, view, url } = world;
    const first = await repository.commit(
      {
        'app/top.yaml': configMap('top', {}),
        'app/notes.txt': 'no manifest',
        'app/deep/er/in.yaml': configMap('in', {}),
        'app/deep/er/out.yaml': configMap('out', {}),
        'app/deep/broken.yaml': 'kind: [',
      },
      'first',
    );
    const source = { repoURL: url, targetRevision: 'main', path: 'app' };
    const app = await world.app('argo', { path: 'app', spec: { source } });
    await app.applied(first);
    if ((await view.live(world.ref('ConfigMap', 'in'))) !== undefined) throw new Error('a folder below was read');
    const directory = { recurse: true, include: '{top.yaml,deep/*}', exclude: '{deep/broken.yaml,deep/er/out.yaml}' };
    await app.change({ source: { ...source, directory } });
    await view.present('the folder below is read', world.ref('ConfigMap', 'in'), () => true);
    await app.applied(first);
    if ((await view.live(world.ref('ConfigMap', 'out'))) !== undefined) throw new Error('what is excluded was applied');
    if ((await view.live(world.ref('ConfigMap', 'top'))) === undefined) throw new Error('what is included was lost');
  }),
  scenario('argo: what is not signed as the project asks is neither applied nor pruned', 'argo', async (world) => {
    const { repository, view } = world;
    const signer = await createSigner('Releaser');
    const policy = { repos: [{ url: '*' }], gpg: { mode: 'head', keys: [signer.keyId] } };
    const sourceIntegrity = { git: { policies: [policy] } };
    const keys = { [signer.keyId]: signer.publicKey };
    const steps = async (project: Project): Promise<void> => {
      const plain = await repository.commit(
        { 'app/one.yaml': configMap('one', {}), 'app/two.yaml': configMap('two', {}) },
        'first',
      );
      const app = await world.app('argo', { path: 'app', spec: { project: project.name } });
      const words = `Failed verifying revision ${plain} by 'Test <test@capstan.example>': unsigned \\(key_id=\\)`;
      await app.complains(new RegExp(`ComparisonError GIT/GPG: ${words}`));
      await world.settled(app.ref, app);
      if ((await view.live(world.ref('ConfigMap', 'one'))) !== undefined)
        throw new Error('an unsigned commit was applied');
      const signed = await signer.signCommit(repository, plain, 'refs/heads/main');
      await app.refresh();
      await app.applied(signed);
      const without = await repository.commit({ 'app/two.yaml': null }, 'without two');
      await app.refresh();
      await app.complains(new RegExp(`Failed verifying revision ${without} `));
      await world.settled(app.ref, app);
      if ((await view.live(world.ref('ConfigMap', 'two'))) === undefined)
        throw new Error('an unsigned commit pruned two');
      const again = await signer.signCommit(repository, without, 'refs/heads/main');
      await app.refresh();
      await view.until('two is pruned', world.ref('ConfigMap', 'two'), (seen) => seen === undefined);
      await app.applied(again);
    };
    await withSettings(world, keys, () => withProject(world, { sourceIntegrity }, steps), 'argocd-gpg-keys-cm');
  }),
  scenario('argo: sources that cannot be told apart are refused', 'argo', async (world) => {
    const { repository, url } = world;
    await repository.commit({ 'app/a.yaml': configMap('a', {}) }, 'first');
    const source = { repoURL: url, targetRevision: 'main', path: 'app' };
    const app = await world.app('argo', {
      path: 'app',
      spec: {
        sources: [
          { ...source, ref: 'x' },
          { ...source, ref: 'x' },
        ],
      },
    });
    await app.complains(/failed to get ref sources: invalid sources: multiple sources had the same `ref` key/);
    await app.change({ sources: [{ repoURL: url }] });
    await app.complains(/InvalidSpecError .*either source.path, source.chart, or source.ref are required for source/);
  }),
];
