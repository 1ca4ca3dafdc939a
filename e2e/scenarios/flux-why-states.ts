import { getPath, type JsonObject, type ObjectRef, type VersionedRef } from '@capstan/object';
import { createSigner } from '@capstan/testkit';
import type { App } from '../app.ts';
import { capstan, mustEnd } from '../capstan.ts';
import { conditionOf, textAt } from '../fields.ts';
import { ACCOUNT, asTenant } from '../flux-tenant.ts';
import { fluxNamespace } from '../kustomization.ts';
import { configMap, hopelessDeployment } from '../manifests.ts';
import { lonely, scenario, type Scenario } from '../scenario.ts';
import { makeSopsKey } from '../sops-file.ts';
import type { World } from '../world.ts';

const BY = { fieldManager: 'kubectl', force: true };
const BROKEN = 'apiVersion: v1\nkind: Service\nmetadata: {name: broken}\nspec: {ports: [{port: 100000}]}\n';

/** What has failed stays as it is while somebody asks why. */
const PATIENT = { retryInterval: '10m' };

/** What a resource is made to ask for, what it complains of then, and what `why` makes of that. */
interface State {
  readonly spec: JsonObject;
  readonly says: RegExp;
  readonly why: RegExp;
}

async function why(world: World, { kind, namespace, name }: ObjectRef, words: RegExp): Promise<void> {
  mustEnd(await capstan(world, 'why', `${kind}/${namespace}/${name}`), 0, words);
}

/** Waits until a resource complains of its spec as it is now. */
async function complains(world: World, ref: VersionedRef, says: RegExp): Promise<void> {
  await world.view.present(`${ref.kind} complains of ${says}`, ref, (seen) => {
    const ready = conditionOf(seen, 'Ready');
    const isCurrent = getPath(ready, 'observedGeneration') === seen.metadata.generation;
    return (
      isCurrent &&
      textAt(ready, 'status') === 'False' &&
      says.test(`${textAt(ready, 'reason')} ${textAt(ready, 'message')}`)
    );
  });
}

/** Brings a Kustomization into each state, from `base` each time. */
async function eachOfKustomization(world: World, app: App, base: JsonObject, states: readonly State[]): Promise<void> {
  for (const { spec, says, why: words } of states) {
    await app.change(spec);
    await complains(world, app.ref, says);
    await why(world, app.ref, words);
    const asked = Object.fromEntries(Object.keys(spec).map((key) => [key, null]));
    await app.change({ ...asked, ...base });
  }
}

/** Brings a source into each state, from its branch each time. */
async function eachOfSource(world: World, app: App, states: readonly State[]): Promise<void> {
  const change = (spec: JsonObject): Promise<unknown> =>
    world.view.client.patch(app.source, { kind: 'merge', patch: { spec } }, { fieldManager: 'kubectl-patch' });
  const ref = { branch: 'main', tag: null, semver: null, name: null, commit: null };
  for (const { spec, says, why: words } of states) {
    await change(spec);
    await complains(world, app.source, says);
    await why(world, app.source, words);
    const asked = Object.fromEntries(Object.keys(spec).map((key) => [key, null]));
    await change({ ...asked, url: world.url, ref });
  }
}

async function secret(world: World, name: string, stringData: JsonObject): Promise<void> {
  const metadata = { name, namespace: fluxNamespace(world.namespace) };
  await world.view.client.apply({ apiVersion: 'v1', kind: 'Secret', metadata, stringData }, BY);
}

/** `capstan why`, of each state in which a Kustomization or a source is not ready. */
export const fluxWhyStateScenarios: readonly Scenario[] = [
  scenario('flux: why tells what stands before a build and in it, and what to do about each', 'flux', async (world) => {
    const key = await makeSopsKey();
    await world.repository.commit(
      {
        'app/one.yaml': configMap('one', { a: '1' }),
        'broken/one.yaml': 'kind: [\n',
        'sops/secret.yaml': await key.secret('whole', { password: 'x' }),
        'later/web.yaml': hopelessDeployment('web'),
      },
      'first',
    );
    const app = await world.app('flux', { path: 'app', spec: PATIENT });
    const slow = await world.app('flux', { path: 'later', spec: { timeout: '10m' } }, 'slow');
    const base = { path: 'app', sourceRef: { kind: 'GitRepository', name: app.source.name } };
    await eachOfKustomization(world, app, base, [
      { spec: { path: 'broken' }, says: /BuildFailed/, why: /Its folder does not build[^]*→ build it with `capstan/ },
      {
        spec: { postBuild: { substituteFrom: [{ kind: 'ConfigMap', name: 'absent' }] } },
        says: /BuildFailed/,
        why: /Values for its variables cannot be read[^]*→ create the ConfigMap or Secret/,
      },
      {
        spec: { path: 'sops', decryption: { provider: 'sops' } },
        says: /BuildFailed/,
        why: /What SOPS encrypted cannot be decrypted[^]*→ check the Secret that spec\.decryption\.secretRef/,
      },
      {
        spec: { dependsOn: [{ name: slow.ref.name }] },
        says: /DependencyNotReady .*is not ready$/,
        why: /Something that it depends on is not ready[^]*→ look at it with `capstan why`/,
      },
      {
        spec: { dependsOn: [{ name: slow.ref.name, readyExpr: 'false' }] },
        says: /DependencyNotReady .*readyExpr/,
        why: /is not ready by its readyExpr[^]*→ look at the expression in spec\.dependsOn/,
      },
      {
        spec: { sourceRef: { kind: 'GitRepository', name: 'absent' } },
        says: /ArtifactFailed/,
        why: /Its source does not exist[^]*→ create it, or mend spec\.sourceRef/,
      },
      {
        spec: { decryption: { provider: 'sops', serviceAccountName: 'somebody' } },
        says: /FeatureGateDisabled/,
        why: /It needs a feature gate that is off; it has stopped trying[^]*→ take the field/,
      },
      {
        spec: { sourceRef: { kind: 'Bucket', name: 'absent' } },
        says: /not honoured/,
        why: /uses something that Capstan does not honour yet; it has stopped[^]*→ remove the field/,
      },
    ]);
  }),
  scenario(
    'flux: why tells what an apply fails of, what its objects lack, and what to do about each',
    'flux',
    async (world) => {
      const { repository } = world;
      await repository.commit(
        {
          'app/one.yaml': configMap('one', { a: '1' }),
          'broken/broken.yaml': BROKEN,
          'unknown/x.yaml': 'apiVersion: example.com/v1\nkind: Nothing\nmetadata: {name: x}\n',
          'first/fixed.yaml': `${configMap('fixed', { a: '1' })}immutable: true\n`,
          'second/fixed.yaml': `${configMap('fixed', { a: '2' })}immutable: true\n`,
          'later/web.yaml': hopelessDeployment('web'),
        },
        'first',
      );
      const fixed = await world.app('flux', { path: 'first', spec: PATIENT }, 'fixed');
      await world.view.present('it is there', world.ref('ConfigMap', 'fixed'));
      await fixed.change({ path: 'second' });
      await fixed.complains(/immutable/);
      await why(world, fixed.ref, /touches a field that cannot be changed[^]*→ delete the object, set spec\.force/);
      const app = await world.app('flux', { path: 'app', spec: PATIENT });
      await world.view.present('it is applied', world.ref('ConfigMap', 'one'));
      const base = { path: 'app', targetNamespace: world.namespace, wait: true, timeout: '1m' };
      await eachOfKustomization(world, app, base, [
        {
          spec: { path: 'broken' },
          says: /dry-run failed/,
          why: /The cluster refuses one of its objects[^]*→ mend the object that the message names in Git/,
        },
        {
          spec: { path: 'unknown' },
          says: /no matches for kind/,
          why: /The cluster does not know one of its kinds[^]*→ apply the CRD first/,
        },
        {
          spec: { targetNamespace: null },
          says: /namespace not specified/,
          why: /One of its objects names no namespace[^]*→ name it in the object, or set spec\.targetNamespace/,
        },
        {
          spec: { targetNamespace: `${world.namespace}-absent` },
          says: /not found/,
          why: /A namespace that it writes to does not exist[^]*→ put it into Git, or create it/,
        },
        {
          spec: { kubeConfig: { secretRef: { name: 'absent' } } },
          says: /ReconciliationFailed/,
          why: /Its cluster cannot be used[^]*→ check the Secret that spec\.kubeConfig names/,
        },
        {
          spec: { serviceAccountName: 'nobody' },
          says: /cannot/,
          why: /It may not write some of its objects[^]*→ give its service account/,
        },
        {
          spec: { path: 'later', timeout: '30s' },
          says: /HealthCheckFailed/,
          why: /Its objects were not healthy in time[^]*→ look at the objects named with `capstan tree`/,
        },
      ]);
    },
  ),
  scenario('flux: why tells what a prune is held up by, and that a deletion waits for it', 'flux', (world) =>
    asTenant(world, async (tenant) => {
      const text = configMap('one', {}).replace('metadata: {', `metadata: {namespace: ${world.namespace}, `);
      const first = await world.repository.commit(
        { 'app/one.yaml': text, 'app/two.yaml': text.replace('one', 'two') },
        'first',
      );
      const app = await tenant.app({ serviceAccountName: ACCOUNT, ...PATIENT });
      await app.applied(first);
      await tenant.mayOnly(['get', 'list', 'patch', 'create']);
      await world.repository.commit({ 'app/one.yaml': null }, 'second');
      await app.refresh();
      await app.complains(/PruneFailed/);
      await why(
        world,
        app.ref,
        /What Git has dropped could not be deleted[^]*→ look at the rights of its service account/,
      );
      await app.remove();
      await world.view.until(
        'it is being deleted',
        app.ref,
        (seen) => seen?.metadata['deletionTimestamp'] !== undefined,
      );
      await why(world, app.ref, /It is being deleted[^]*what it has applied goes first \(deletionPolicy MirrorPrune\)/);
    }),
  ),
  scenario(
    'flux: why tells what keeps a source from its repository, and what to do about each',
    'flux',
    async (world) => {
      const commit = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
      const app = await world.app('flux', { path: 'app' });
      await app.applied(commit);
      await world.repository.tag('v1.0.0', { message: 'not signed' });
      await secret(world, 'keys', { 'a.asc': (await createSigner('Releaser')).publicKey });
      const nowhere = { repository: { name: 'absent' } };
      const verify = (mode: string, name = 'keys'): JsonObject => ({ mode, secretRef: { name } });
      await eachOfSource(world, app, [
        {
          spec: { secretRef: { name: 'absent' } },
          says: /AuthenticationFailed/,
          why: /Its credentials cannot be read[^]*→ create the Secret that spec\.secretRef names/,
        },
        {
          spec: { secretRef: { name: 'keys' }, url: world.url.replace('http:', 'ssh:') },
          says: /AuthenticationFailed/,
          why: /Its credentials cannot be used[^]*→ check the Secret that spec\.secretRef names/,
        },
        {
          spec: { proxySecretRef: { name: 'absent' } },
          says: /AuthenticationFailed/,
          why: /Its proxy cannot be used[^]*→ check the Secret that spec\.proxySecretRef names/,
        },
        {
          spec: { provider: 'github' },
          says: /InvalidProviderConfiguration/,
          why: /Its provider and its Secret do not go together[^]*→ make spec\.provider and the data/,
        },
        {
          spec: { url: world.url.replace('repo.git', 'none.git') },
          says: /GitOperationFailed .*repository not found/,
          why: /Its repository is not there, or not for these credentials[^]*→ check spec\.url/,
        },
        {
          spec: { url: 'http://127.0.0.1:1/x' },
          says: /GitOperationFailed/,
          why: /Its repository cannot be read[^]*→ check spec\.url, and that the host answers/,
        },
        {
          spec: { ref: { semver: 'x y z', branch: null } },
          says: /semver parse error/,
          why: /Its range of versions cannot be read[^]*→ mend spec\.ref\.semver/,
        },
        {
          spec: { sparseCheckout: ['nowhere'] },
          says: /sparse checkout/,
          why: /Its repository has no such folder[^]*→ mend spec\.sparseCheckout/,
        },
        {
          spec: { include: [nowhere] },
          says: /NotFound/,
          why: /What it includes does not exist[^]*→ create the source/,
        },
        {
          spec: { include: [{ repository: { name: app.source.name }, fromPath: 'nowhere' }] },
          says: /CopyFailure/,
          why: /What it includes could not be laid in[^]*→ mend fromPath and toPath/,
        },
        {
          spec: { verify: verify('HEAD', 'absent') },
          says: /VerificationError|public keys secret error/,
          why: /The keys to verify it with cannot be read[^]*→ create the Secret that spec\.verify\.secretRef names/,
        },
        {
          spec: { verify: verify('HEAD') },
          says: /InvalidCommitSignature/,
          why: /The commit bears no signature that counts[^]*→ sign it, or put the signer/,
        },
        {
          spec: { verify: verify('Tag') },
          says: /InvalidVerificationMode/,
          why: /A tag is to be verified, and none is asked for; it has stopped trying[^]*→ set spec\.ref\.tag/,
        },
        {
          spec: { ref: { tag: 'v1.0.0', branch: null }, verify: verify('Tag') },
          says: /InvalidGitObject/,
          why: /The tag is not signed[^]*→ sign the tag/,
        },
      ]);
      await app.applied(commit);
      await why(world, app.source, /Nothing stands in the way/);
    },
  ),
  lonely('flux: why tells whom the operator keeps out, and where from', 'flux', async (world) => {
    await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
    await world.startControllers(['--no-cross-namespace-refs']);
    const app = await world.app('flux', { path: 'app', spec: { dependsOn: [{ name: 'x', namespace: 'elsewhere' }] } });
    await app.complains(/AccessDenied/);
    await why(
      world,
      app.ref,
      /refers to another namespace, which the operator forbids; it has stopped[^]*→ refer to its own/,
    );
  }),
];
