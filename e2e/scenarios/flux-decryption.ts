import { randomBytes } from 'node:crypto';
import { getPath } from '@capstan/object';
import { createPgpRecipient } from '@capstan/testkit';
import { textAt } from '../fields.ts';
import { withGadgets } from '../gadgets.ts';
import { fluxNamespace } from '../kustomization.ts';
import { configMap } from '../manifests.ts';
import { lonely, scenario, type Scenario } from '../scenario.ts';
import { encryptedSecret, makeSopsKey } from '../sops-file.ts';
import type { World } from '../world.ts';

const CANARY = 'canary-77ab';
const BY = { fieldManager: 'kubectl', force: true };
const KEYS = { decryption: { provider: 'sops', secretRef: { name: 'keys' } } };

async function secret(world: World, namespace: string, name: string, data: Readonly<Record<string, string>>) {
  const metadata = { name, namespace };
  await world.view.client.apply({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: data }, BY);
}

async function password(world: World, name: string): Promise<string> {
  const live = await world.view.live(world.ref('Secret', name));
  return Buffer.from(textAt(live, 'data', 'password'), 'base64').toString();
}

async function tellsNothing(world: World): Promise<void> {
  const namespace = fluxNamespace(world.namespace);
  for (const kind of [
    { group: 'kustomize.toolkit.fluxcd.io', version: 'v1', kind: 'Kustomization' },
    { group: '', version: 'v1', kind: 'Event' },
  ])
    if (JSON.stringify((await world.view.client.listAll(kind, { namespace })).items).includes(CANARY))
      throw new Error(`a ${kind.kind} tells the secret`);
}

/** Whose keys open what SOPS encrypted. */
export const fluxDecryptionScenarios: readonly Scenario[] = [
  scenario(
    'flux: a file that is encrypted for a PGP key is opened by it, and by no other PGP key',
    'flux',
    async (world) => {
      const [own, stranger] = [await createPgpRecipient('Deployer'), await createPgpRecipient('Stranger')];
      const dataKey = randomBytes(32);
      const enc = (await own.encrypt(dataKey)).trimEnd().replaceAll('\n', '\n        ');
      const at = 'created_at: "2026-01-02T03:04:05Z"';
      const keys = `  pgp:\n    - ${at}\n      enc: |\n        ${enc}\n      fp: ${own.fingerprint}\n`;
      const whole = encryptedSecret({ name: 'whole', stringData: { password: CANARY }, dataKey, keys });
      const commit = await world.repository.commit(
        { 'app/secret.yaml': whole, 'app/one.yaml': configMap('one', { a: '1' }) },
        'first',
      );
      const app = await world.app('flux', { path: 'app', spec: KEYS });
      await app.complains(/BuildFailed .*keys/);
      await secret(world, app.ref.namespace, 'keys', { 'stranger.asc': stranger.privateKey });
      await app.complains(/BuildFailed decryption failed for 'Secret\.v1\.\[noGrp\]\/whole'/);
      await world.settled(app.ref, app);
      for (const ref of [world.ref('Secret', 'whole'), world.ref('ConfigMap', 'one')])
        if ((await world.view.live(ref)) !== undefined) throw new Error(`${ref.name} was applied`);
      await secret(world, app.ref.namespace, 'keys', { 'deployer.asc': own.privateKey });
      await app.applied(commit);
      if ((await password(world, 'whole')) !== CANARY) throw new Error('it was not decrypted');
      await tellsNothing(world);
    },
  ),
  scenario('flux: what is not to be decrypted stays as Git has it, and its neighbour does not', 'flux', (world) =>
    withGadgets(world, async (gadgets) => {
      await gadgets.define();
      const key = await makeSopsKey();
      const gadget = async (name: string, annotations: string): Promise<string> =>
        (await key.secret(name, { password: CANARY }))
          .replace('apiVersion: v1\nkind: Secret', `apiVersion: ${gadgets.group}/v1\nkind: Gadget`)
          .replace(`  name: ${name}`, `  name: ${name}\n  annotations: {${annotations}}`);
      const commit = await world.repository.commit(
        {
          'app/kept.yaml': await gadget('kept', 'kustomize.toolkit.fluxcd.io/decrypt: Disabled'),
          'app/opened.yaml': await gadget('opened', ''),
        },
        'first',
      );
      const app = await world.app('flux', { path: 'app', spec: { ...KEYS, wait: false } });
      await secret(world, app.ref.namespace, 'keys', { 'a.agekey': key.keyFile });
      await app.applied(commit);
      const [kept, opened] = [await world.view.live(gadgets.ref('kept')), await world.view.live(gadgets.ref('opened'))];
      if (!textAt(kept, 'stringData', 'password').startsWith('ENC[') || getPath(kept, 'sops') === undefined)
        throw new Error('what was to be left alone was decrypted');
      if (textAt(opened, 'stringData', 'password') !== CANARY || getPath(opened, 'sops') !== undefined)
        throw new Error('its neighbour was not decrypted');
      await tellsNothing(world);
    }),
  ),
  lonely(
    'flux: keys of the operator open files of those who name none of their own, and of no others',
    'flux',
    async (world) => {
      const [shared, own] = [await makeSopsKey(), await makeSopsKey()];
      await secret(world, 'flux-system', world.namespace, { 'a.agekey': shared.keyFile });
      await world.startControllers(['--sops-age-secret', world.namespace]);
      const commit = await world.repository.commit(
        { 'app/secret.yaml': await shared.secret('whole', { password: CANARY }) },
        'first',
      );
      const app = await world.app('flux', { path: 'app', spec: KEYS });
      await secret(world, app.ref.namespace, 'keys', { 'a.agekey': own.keyFile });
      await app.complains(/BuildFailed decryption failed for/);
      await app.change({ decryption: { provider: 'sops', secretRef: null } });
      await app.applied(commit);
      if ((await password(world, 'whole')) !== CANARY) throw new Error('it was not decrypted');
      await tellsNothing(world);
    },
  ),
  scenario(
    'flux: a substitution without variables happens only where it is always asked for',
    'flux',
    async (world) => {
      const commit = await world.repository.commit(
        { 'app/one.yaml': configMap('one', { a: '${a:=fallback}' }) },
        'first',
      );
      const app = await world.app('flux', { path: 'app', spec: { postBuild: { substitute: {} } } });
      await app.applied(commit);
      const one = world.ref('ConfigMap', 'one');
      if (textAt(await world.view.live(one), 'data', 'a') !== '${a:=fallback}') throw new Error('it was put in');
      await app.change({ postBuild: { substituteStrategy: 'Always' } });
      await world.view.present('it is put in', one, (seen) => textAt(seen, 'data', 'a') === 'fallback');
    },
  ),
];
