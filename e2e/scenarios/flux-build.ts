import { encodeJson, getPath, type JsonObject, type KubernetesObject } from '@capstan/object';
import { conditionOf, textAt } from '../fields.ts';
import { fluxNamespace } from '../kustomization.ts';
import { configMap } from '../manifests.ts';
import { scenario, type Scenario } from '../scenario.ts';
import { makeSopsKey } from '../sops-file.ts';
import type { World } from '../world.ts';

const CANARY = 'canary-c4a1';
const kustomization = (text: string): string =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${text}`;

/** What stands between a Kustomization's build and its objects: substitution, decryption, and what judges them. */
export const fluxBuildScenarios: readonly Scenario[] = [
  scenario(
    'flux: values are put in from ConfigMaps and Secrets, those of the spec over them',
    'flux',
    async (world) => {
      await config(world, 'ConfigMap', 'vars', { a: 'from-configmap', b: 'from-configmap' });
      await config(world, 'Secret', 'more', { b: 'from-secret' });
      const commit = await world.repository.commit(
        {
          'app/one.yaml': configMap('one', { A: '${a}', B: '${b}', C: '${c:=fallback}', D: '$${a}', E: '${b^^}' }),
          'app/off.yaml': configMap('off', { A: '${a}' }, { 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' }),
        },
        'first',
      );
      const substituteFrom = [
        { kind: 'ConfigMap', name: 'vars' },
        { kind: 'Secret', name: 'more' },
        { kind: 'ConfigMap', name: 'absent', optional: true },
      ];
      const app = await world.app('flux', {
        path: 'app',
        spec: { postBuild: { substitute: { a: 'inline' }, substituteFrom } },
      });
      await app.applied(commit);
      const wanted = { A: 'inline', B: 'from-secret', C: 'fallback', D: '${a}', E: 'FROM-SECRET' };
      expectData(await world.view.live(world.ref('ConfigMap', 'one')), wanted);
      expectData(await world.view.live(world.ref('ConfigMap', 'off')), { A: '${a}' });
    },
  ),
  scenario(
    'flux: a variable that is not set fails the build by name, and nothing is written',
    'flux',
    async (world) => {
      await world.repository.commit(
        { 'app/one.yaml': configMap('one', { A: 'x' }), 'app/two.yaml': configMap('two', { A: '${nowhere}' }) },
        'first',
      );
      const app = await world.app('flux', { path: 'app', spec: { postBuild: { substitute: { a: 'b' } } } });
      await app.complains(/BuildFailed post build failed for 'ConfigMap\.v1\.\[noGrp\]\/two'.*not set.*"nowhere"/);
      await world.settled(app.ref, app);
      await absent(world, 'ConfigMap', 'one');
    },
  ),
  scenario(
    'flux: a ConfigMap of values is followed where it bears the label, and else at the next reconcile',
    'flux',
    async (world) => {
      await config(world, 'ConfigMap', 'followed', { a: 'one' }, { 'reconcile.fluxcd.io/watch': 'Enabled' });
      await config(world, 'ConfigMap', 'plain', { b: 'one' });
      const commit = await world.repository.commit(
        { 'app/one.yaml': configMap('one', { A: '${a}', B: '${b}' }) },
        'first',
      );
      const substituteFrom = ['followed', 'plain'].map((name) => ({ kind: 'ConfigMap', name }));
      const app = await world.app('flux', { path: 'app', spec: { postBuild: { substituteFrom } } });
      await app.applied(commit);
      await world.edit({ ...configRef(world, 'ConfigMap', 'plain') }, { data: { b: 'two' } });
      await world.settled(app.ref, app);
      expectData(await world.view.live(world.ref('ConfigMap', 'one')), { A: 'one', B: 'one' });
      await app.reconciled();
      expectData(await world.view.live(world.ref('ConfigMap', 'one')), { A: 'one', B: 'two' });
      await world.edit({ ...configRef(world, 'ConfigMap', 'followed') }, { data: { a: 'two' } });
      await world.view.present(
        'the new value is applied',
        world.ref('ConfigMap', 'one'),
        (seen) => textAt(seen, 'data', 'A') === 'two',
      );
    },
  ),
  scenario(
    'flux: what SOPS encrypted is applied decrypted, and stands in no status or event',
    'flux',
    async (world) => {
      const key = await makeSopsKey();
      await config(world, 'Secret', 'keys', { 'a.agekey': key.keyFile });
      const commit = await world.repository.commit(
        {
          'app/kustomization.yaml': kustomization(
            'resources: [secret.yaml]\nsecretGenerator: [{name: made, envs: [a.env], options: {disableNameSuffixHash: true}}]\n',
          ),
          'app/secret.yaml': await key.secret('whole', { password: CANARY }),
          'app/a.env': await key.dotenv({ TOKEN: CANARY }),
        },
        'first',
      );
      const app = await world.app('flux', {
        path: 'app',
        spec: { decryption: { provider: 'sops', secretRef: { name: 'keys' } } },
      });
      await app.applied(commit);
      for (const [name, entry] of [
        ['whole', 'password'],
        ['made', 'TOKEN'],
      ] as const) {
        const live = await world.view.live(world.ref('Secret', name));
        if (Buffer.from(textAt(live, 'data', entry), 'base64').toString() !== CANARY)
          throw new Error(`${name} was not decrypted`);
        if (getPath(live, 'sops') !== undefined) throw new Error(`${name} still holds the metadata of SOPS`);
      }
      await tellsNothing(world, app.ref.name);
    },
  ),
  scenario('flux: without the key nothing of an encrypted source is applied', 'flux', async (world) => {
    const [key, other] = [await makeSopsKey(), await makeSopsKey()];
    await config(world, 'Secret', 'keys', { 'a.agekey': other.keyFile });
    const commit = await world.repository.commit(
      {
        'app/secret.yaml': await key.secret('whole', { password: CANARY }),
        'app/one.yaml': configMap('one', { a: '1' }),
      },
      'first',
    );
    const app = await world.app('flux', {
      path: 'app',
      spec: { decryption: { provider: 'sops', secretRef: { name: 'keys' } } },
    });
    await app.complains(/BuildFailed decryption failed for 'Secret\.v1\.\[noGrp\]\/whole'/);
    await world.settled(app.ref, app);
    await absent(world, 'ConfigMap', 'one');
    await world.edit(configRef(world, 'Secret', 'keys'), { data: encoded({ 'a.agekey': key.keyFile }) });
    await app.applied(commit);
  }),
  scenario('flux: an encrypted Secret is not applied where nobody has it decrypted', 'flux', async (world) => {
    const key = await makeSopsKey();
    const commit = await world.repository.commit(
      {
        'app/secret.yaml': await key.secret('whole', { password: CANARY }),
        'app/one.yaml': configMap('one', { a: '1' }),
      },
      'first',
    );
    await config(world, 'Secret', 'keys', { 'a.agekey': key.keyFile });
    const app = await world.app('flux', { path: 'app' });
    await app.complains(
      /ReconciliationFailed Secret\/.*whole is SOPS encrypted, configuring decryption is required for this secret to be reconciled/,
    );
    await world.settled(app.ref, app);
    for (const [kind, name] of [
      ['ConfigMap', 'one'],
      ['Secret', 'whole'],
    ] as const)
      await absent(world, kind, name);
    await app.change({ decryption: { provider: 'sops', secretRef: { name: 'keys' } } });
    await app.applied(commit);
  }),
  scenario('flux: a dependency is waited for until readyExpr holds of it, and of it alone', 'flux', async (world) => {
    const commit = await world.repository.commit(
      { 'a/a.yaml': configMap('a', {}), 'b/b.yaml': configMap('b', {}) },
      'first',
    );
    const below = await world.app('flux', { path: 'a' }, 'below');
    await below.applied(commit);
    const readyExpr = "has(dep.metadata.labels) && dep.metadata.labels['level'] == self.metadata.name";
    const above = await world.app(
      'flux',
      { path: 'b', spec: { dependsOn: [{ name: below.ref.name, readyExpr }] } },
      'above',
    );
    await above.complains(/DependencyNotReady dependency '.*' is not ready according to readyExpr eval/);
    await absent(world, 'ConfigMap', 'b');
    await world.edit(below.ref, { metadata: { labels: { level: above.ref.name } } });
    await above.applied(commit);
    await above.change({ dependsOn: [{ name: below.ref.name, readyExpr: "'yes'" }] });
    await above.complains(/InvalidCELExpression .*expected bool, got string/);
  }),
  scenario(
    'flux: objects are healthy when healthCheckExprs say so, and fail when they say that',
    'flux',
    async (world) => {
      const healthCheckExprs = [
        { apiVersion: 'v1', kind: 'ConfigMap', current: "data.state == 'good'", failed: "data.state == 'bad'" },
      ];
      const first = await world.repository.commit({ 'app/one.yaml': configMap('one', { state: 'bad' }) }, 'first');
      const app = await world.app('flux', { path: 'app', spec: { healthCheckExprs } });
      await app.complains(/HealthCheckFailed .*ConfigMap\/.*\/one status: 'Failed'/);
      const second = await world.repository.commit({ 'app/one.yaml': configMap('one', { state: 'good' }) }, 'second');
      await app.refresh();
      await app.applied(second);
      if (first === second) throw new Error('the second commit is the first');
      await app.change({ healthCheckExprs: [{ apiVersion: 'v1', kind: 'ConfigMap', current: 'data.' }] });
      await app.complains(/InvalidCELExpression .*failed to parse the expression Current/);
    },
  ),
];

function configRef(world: World, kind: 'ConfigMap' | 'Secret', name: string) {
  return { group: '', version: 'v1', kind, namespace: fluxNamespace(world.namespace), name };
}

function encoded(data: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
}

/** A ConfigMap or Secret beside the Kustomization. */
async function config(
  world: World,
  kind: 'ConfigMap' | 'Secret',
  name: string,
  data: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { namespace } = configRef(world, kind, name);
  const space: KubernetesObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  await world.view.client.apply(space, { fieldManager: 'kubectl', force: true });
  const object = {
    apiVersion: 'v1',
    kind,
    metadata: { name, namespace, labels },
    data: kind === 'Secret' ? encoded(data) : data,
  };
  await world.view.client.create(object, { fieldManager: 'kubectl-create' });
}

function expectData(object: KubernetesObject | undefined, wanted: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(wanted))
    if (textAt(object, 'data', key) !== value)
      throw new Error(`data.${key} is ${JSON.stringify(textAt(object, 'data', key))}, not ${JSON.stringify(value)}`);
}

async function absent(world: World, kind: string, name: string): Promise<void> {
  if ((await world.view.live(world.ref(kind, name))) !== undefined) throw new Error(`${kind} ${name} was applied`);
}

/** The plain text is in the Secret alone. */
async function tellsNothing(world: World, name: string): Promise<void> {
  const namespace = fluxNamespace(world.namespace);
  const own = await world.view.live({
    group: 'kustomize.toolkit.fluxcd.io',
    version: 'v1',
    kind: 'Kustomization',
    namespace,
    name,
  });
  const events = await world.view.seeAll({ group: '', kind: 'Event' }, namespace);
  if (conditionOf(own, 'Ready') === undefined) throw new Error('the Kustomization has no status');
  for (const object of [own, ...events])
    if (object !== undefined && encodeJson(object).includes(CANARY))
      throw new Error(`the plain text is told in a ${object.kind}`);
}
