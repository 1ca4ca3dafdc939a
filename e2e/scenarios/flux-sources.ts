import { join } from 'node:path';
import { getPath, type JsonObject, type KubernetesObject, type VersionedRef } from '@capstan/object';
import { createGitRepository } from '@capstan/testkit';
import type { App } from '../app.ts';
import { conditionOf, textAt } from '../fields.ts';
import { fluxNamespace } from '../kustomization.ts';
import { configMap } from '../manifests.ts';
import { scenario, type Scenario } from '../scenario.ts';
import { createSshSigner } from '../ssh-signer.ts';
import type { World } from '../world.ts';

const BY = { fieldManager: 'kubectl-create' };

async function secret(world: World, name: string, stringData: JsonObject): Promise<void> {
  const metadata = { name, namespace: fluxNamespace(world.namespace) };
  await world.view.client.apply(
    { apiVersion: 'v1', kind: 'Secret', metadata, stringData },
    { fieldManager: 'kubectl', force: true },
  );
}

async function changeSource(world: World, { source }: App, spec: JsonObject): Promise<void> {
  await world.view.client.patch(source, { kind: 'merge', patch: { spec } }, { fieldManager: 'kubectl-patch' });
}

async function sourceIs(
  world: World,
  { source }: App,
  what: string,
  test: (seen: KubernetesObject) => boolean,
): Promise<KubernetesObject> {
  let found: KubernetesObject | undefined;
  await world.view.until(`the source ${what}`, source, (seen) => {
    found = seen;
    return seen !== undefined && test(seen);
  });
  if (found === undefined) throw new Error('there is no source');
  return found;
}

function isReady(seen: KubernetesObject, status = 'True'): boolean {
  const { generation } = seen.metadata;
  const ready = conditionOf(seen, 'Ready');
  return textAt(ready, 'status') === status && getPath(ready, 'observedGeneration') === generation;
}

async function mustBeAbsent(world: World, ref: VersionedRef): Promise<void> {
  if ((await world.view.live(ref)) !== undefined) throw new Error(`${ref.kind} ${ref.name} is there`);
}

/** What GitRepositories can ask for beside a branch. */
export const fluxSourceScenarios: readonly Scenario[] = [
  scenario('flux: a commit goes on only where it is signed by an allowed SSH key', 'flux', async (world) => {
    const signer = createSshSigner();
    await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
    const first = await signer.signHead(world.repository);
    const app = await world.app('flux', { path: 'app' });
    await secret(world, 'keys', { 'somebody.sshpub': signer.publicKey });
    await changeSource(world, app, { verify: { mode: 'HEAD', secretRef: { name: 'keys' } } });
    await app.applied(first);
    const verified = await sourceIs(
      world,
      app,
      'is verified',
      (seen) => textAt(conditionOf(seen, 'SourceVerified'), 'status') === 'True' && isReady(seen),
    );
    if (textAt(verified, 'status', 'sourceVerificationMode') !== 'HEAD') throw new Error('the mode is not noted');
    for (const sign of [() => Promise.resolve(), () => createSshSigner().signHead(world.repository)]) {
      await world.repository.commit({ 'app/two.yaml': configMap('two', { a: '1' }) }, 'by somebody else');
      await sign();
      await app.refresh();
      const refused = await sourceIs(world, app, 'is refused', (seen) => isReady(seen, 'False'));
      if (textAt(conditionOf(refused, 'SourceVerified'), 'reason') !== 'InvalidCommitSignature')
        throw new Error('it does not say why');
      if (!textAt(refused, 'status', 'artifact', 'revision').endsWith(first)) throw new Error('it is stored');
    }
    await mustBeAbsent(world, world.ref('ConfigMap', 'two'));
    await world.repository.commit({ 'app/two.yaml': null }, 'signed');
    const good = await signer.signHead(world.repository);
    await app.refresh();
    await app.applied(good);
  }),
  scenario('flux: a tag is verified only where a tag is followed, and it is signed', 'flux', async (world) => {
    await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
    await world.repository.tag('v1.0.0', { message: 'one' });
    const app = await world.app('flux', { path: 'app' });
    await secret(world, 'keys', { 'somebody.sshpub': createSshSigner().publicKey });
    await changeSource(world, app, { verify: { mode: 'Tag', secretRef: { name: 'keys' } } });
    await sourceIs(
      world,
      app,
      'stalls',
      (seen) => textAt(conditionOf(seen, 'Stalled'), 'reason') === 'InvalidVerificationMode',
    );
    await changeSource(world, app, { ref: { tag: 'v1.0.0' } });
    await app.complains(/InvalidGitObject cannot verify signature of tag 'v1\.0\.0@[0-9a-f]{40}' since it is not/);
  }),
  scenario('flux: a source includes another one, waits for it, and follows it', 'flux', async (world) => {
    const library = await createGitRepository(join(world.folder, 'library.git'));
    const first = await library.commit({ 'maps/lib.yaml': configMap('lib', { a: '1' }) }, 'library');
    const commit = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
    const app = await world.app('flux', { path: 'app' });
    const include = [{ repository: { name: 'library' }, fromPath: 'maps', toPath: 'app/lib' }];
    await changeSource(world, app, { include });
    await app.complains(/NotFound could not get resource for include 'library'/);
    await world.view.client.create(
      {
        apiVersion: 'source.toolkit.fluxcd.io/v1',
        kind: 'GitRepository',
        metadata: { name: 'library', namespace: fluxNamespace(world.namespace) },
        spec: { interval: '10m', url: world.url.replace('repo.git', 'library.git'), ref: { branch: 'main' } },
      },
      BY,
    );
    await app.applied(commit);
    const lib = world.ref('ConfigMap', 'lib');
    await world.view.until('the library is applied', lib, (seen) => textAt(seen, 'data', 'a') === '1');
    const stored = await sourceIs(world, app, 'includes it', (seen) => isReady(seen));
    if (!JSON.stringify(stored['status'] ?? null).includes(first)) throw new Error('what it includes is not noted');
    await library.commit({ 'maps/lib.yaml': configMap('lib', { a: '2' }) }, 'again');
    const at = { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': 'now' } } };
    await world.view.client.patch({ ...app.source, name: 'library' }, { kind: 'merge', patch: at });
    await world.view.until('the library is followed', lib, (seen) => textAt(seen, 'data', 'a') === '2');
  }),
  scenario('flux: a sparse checkout leaves out the rest, and says which folder is missing', 'flux', async (world) => {
    const files = { 'app/one.yaml': configMap('one', { a: '1' }), 'other/two.yaml': configMap('two', { a: '1' }) };
    const commit = await world.repository.commit(files, 'first');
    const app = await world.app('flux', { path: '.' });
    await app.applied(commit);
    await changeSource(world, app, { sparseCheckout: ['app'] });
    const two = world.ref('ConfigMap', 'two');
    await world.view.until('what is left out is pruned', two, (seen) => seen === undefined);
    await changeSource(world, app, { sparseCheckout: ['app', 'nowhere'] });
    await app.complains(/sparse checkout dir 'nowhere' does not exist in repository/);
  }),
];
