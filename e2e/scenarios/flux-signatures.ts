import { getPath, type JsonObject, type KubernetesObject } from '@capstan/object';
import { createSigner } from '@capstan/testkit';
import type { App } from '../app.ts';
import { conditionOf, textAt } from '../fields.ts';
import { fluxNamespace } from '../kustomization.ts';
import { configMap } from '../manifests.ts';
import { scenario, type Scenario } from '../scenario.ts';
import { createSshSigner } from '../ssh-signer.ts';
import type { World } from '../world.ts';

const BY = { fieldManager: 'kubectl', force: true };

/** Public keys, beside the GitRepository. */
async function keys(world: World, data: Readonly<Record<string, string>>): Promise<void> {
  const metadata = { name: 'keys', namespace: fluxNamespace(world.namespace) };
  const old = { group: '', version: 'v1', kind: 'Secret', ...metadata };
  if ((await world.view.live(old)) !== undefined) await world.view.client.delete(old);
  await world.view.client.apply({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: data }, BY);
}

async function change(world: World, { source }: App, spec: JsonObject): Promise<void> {
  await world.view.client.patch(source, { kind: 'merge', patch: { spec } }, { fieldManager: 'kubectl-patch' });
}

const verify = (mode: string): JsonObject => ({ verify: { mode, secretRef: { name: 'keys' } } });

/** What is said of the signatures of the spec as it is now. */
async function verdict(world: World, app: App, status: 'True' | 'False', words: RegExp): Promise<KubernetesObject> {
  return world.view.present(`SourceVerified is ${status}, with ${words}`, app.source, (seen) => {
    const verified = conditionOf(seen, 'SourceVerified');
    return (
      textAt(verified, 'status') === status &&
      getPath(verified, 'observedGeneration') === seen.metadata.generation &&
      words.test(`${textAt(verified, 'reason')} ${textAt(verified, 'message')}`)
    );
  });
}

async function mustBeAbsent(world: World, name: string): Promise<void> {
  if ((await world.view.live(world.ref('ConfigMap', name))) !== undefined) throw new Error(`${name} was applied`);
}

async function commitOf(world: World, name: string): Promise<string> {
  return world.repository.commit({ [`app/${name}.yaml`]: configMap(name, { a: '1' }) }, name);
}

/** Who must have signed what, before anything of it is stored. */
export const fluxSignatureScenarios: readonly Scenario[] = [
  scenario(
    'flux: a commit goes on only where an allowed PGP key signed it, and it is what was signed',
    'flux',
    async (world) => {
      const { repository } = world;
      const [signer, stranger] = [await createSigner('Releaser'), await createSigner('Stranger')];
      const plain = await commitOf(world, 'one');
      const app = await world.app('flux', { path: 'app', spec: { suspend: true } });
      await change(world, app, verify('HEAD'));
      await verdict(world, app, 'False', /VerificationError public keys secret error: .*not found/);
      await keys(world, { 'releaser.sshpub': createSshSigner().publicKey });
      await repository.setRef('refs/heads/main', await signer.signCommit(repository, plain, 'refs/heads/main'));
      await app.refresh();
      await verdict(world, app, 'False', /InvalidCommitSignature .*no PGP public keys found in secret/);
      await keys(world, { 'releaser.asc': signer.publicKey });
      await app.change({ suspend: false });
      await app.refresh();
      const verified = await verdict(world, app, 'True', new RegExp(`with key '${signer.keyId}'`, 'i'));
      if (textAt(verified, 'status', 'sourceVerificationMode') !== 'HEAD') throw new Error('the mode is not noted');
      await world.view.present('it is applied', world.ref('ConfigMap', 'one'));
      const kept = textAt(verified, 'status', 'artifact', 'digest');
      const forge = (payload: string): string => payload.replace('committer Test', 'committer Tess');
      for (const sign of [
        (commit: string) => Promise.resolve(commit),
        (commit: string) => stranger.signCommit(repository, commit, 'refs/heads/main'),
        (commit: string) => signer.signCommit(repository, commit, 'refs/heads/main', forge),
      ]) {
        const commit = await sign(await commitOf(world, 'two'));
        await app.refresh();
        const refused = await verdict(world, app, 'False', new RegExp(`InvalidCommitSignature .*'${commit}' failed`));
        if (textAt(refused, 'status', 'artifact', 'digest') !== kept) throw new Error('it is stored');
      }
      await mustBeAbsent(world, 'two');
      await change(world, app, { verify: null });
      await world.view.present('what nobody asks to verify is applied', world.ref('ConfigMap', 'two'));
      if (conditionOf(await world.view.live(app.source), 'SourceVerified') !== undefined)
        throw new Error('it still counts as judged');
    },
  ),
  scenario(
    'flux: a tag counts for the commit that it is of, and a moved one must be signed anew',
    'flux',
    async (world) => {
      const { repository } = world;
      const signer = await createSigner('Releaser');
      const first = await commitOf(world, 'one');
      await signer.signTag(repository, 'v1.0.0', first);
      const app = await world.app('flux', { path: 'app' });
      await keys(world, { 'releaser.asc': signer.publicKey });
      await change(world, app, { ref: { tag: 'v1.0.0' }, ...verify('Tag') });
      const verified = await verdict(world, app, 'True', /tag 'v1\.0\.0@[0-9a-f]{40}' with key/);
      if (textAt(verified, 'status', 'sourceVerificationMode') !== 'Tag') throw new Error('the mode is not noted');
      await world.view.present('it is applied', world.ref('ConfigMap', 'one'));
      const second = await commitOf(world, 'two');
      await (await createSigner('Stranger')).signTag(repository, 'v1.0.0', second);
      await app.refresh();
      const refused = await verdict(
        world,
        app,
        'False',
        /InvalidTagSignature signature verification of tag 'v1\.0\.0@/,
      );
      if (!textAt(refused, 'status', 'artifact', 'revision').endsWith(first))
        throw new Error('the moved tag is stored');
      await mustBeAbsent(world, 'two');
      await signer.signTag(repository, 'v1.0.0', second);
      await app.refresh();
      await world.view.present('signed anew it is applied', world.ref('ConfigMap', 'two'));
    },
  ),
  scenario('flux: TagAndHEAD wants both signatures, and one of them is not enough', 'flux', async (world) => {
    const { repository } = world;
    const [pgp, ssh] = [await createSigner('Releaser'), createSshSigner()];
    const plain = await commitOf(world, 'one');
    await pgp.signTag(repository, 'v1.0.0', plain);
    const app = await world.app('flux', { path: 'app', branch: 'nowhere' });
    await keys(world, { 'releaser.asc': pgp.publicKey, 'author.sshpub': ssh.publicKey });
    await change(world, app, { ref: { tag: 'v1.0.0' }, ...verify('TagAndHEAD') });
    await verdict(world, app, 'False', new RegExp(`InvalidCommitSignature .*commit '${plain}' failed`));
    const signed = await ssh.signHead(repository);
    await repository.tag('v1.0.1', { message: 'not signed', at: signed });
    await change(world, app, { ref: { tag: 'v1.0.1' } });
    await verdict(world, app, 'False', /InvalidGitObject .*tag 'v1\.0\.1@[0-9a-f]{40}' since it is not signed/);
    await mustBeAbsent(world, 'one');
    await pgp.signTag(repository, 'v1.0.2', signed);
    await change(world, app, { ref: { tag: 'v1.0.2' } });
    const both = await verdict(
      world,
      app,
      'True',
      /tag 'v1\.0\.2@[0-9a-f]{40}' with key[^]*commit '[0-9a-f]{40}' with key/,
    );
    if (textAt(both, 'status', 'sourceVerificationMode') !== 'TagAndHEAD') throw new Error('the mode is not noted');
    await world.view.present('it is applied', world.ref('ConfigMap', 'one'));
  }),
];
