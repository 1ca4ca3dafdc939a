import { fluxNamespace } from '../kustomization.ts';
import { configMap, deployment, hopelessDeployment } from '../manifests.ts';
import { uidOf } from '../fields.ts';
import { scenario, type Scenario } from '../scenario.ts';
import { defineSecretKinds, makeSecret, report, secretKindRef, secretManifest, secretText } from '../secret-kinds.ts';
import type { World } from '../world.ts';

const CANARY = 'canary-83be';
const synced = (status: string): string =>
  `has(status.conditions) && status.conditions.exists(c, c.type == 'Synced' && c.status == '${status}')`;
const sealedHealth = [
  {
    apiVersion: 'bitnami.com/v1alpha1',
    kind: 'SealedSecret',
    inProgress: `!(${synced('True')}) && !(${synced('False')})`,
    failed: synced('False'),
    current: synced('True'),
  },
];

const plainSecret = (name: string, text: string): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData: { password: text } });

async function tellsNothing(world: World): Promise<void> {
  const { client } = world.view;
  for (const namespace of [world.namespace, fluxNamespace(world.namespace)])
    for (const kind of [
      { group: 'kustomize.toolkit.fluxcd.io', version: 'v1', kind: 'Kustomization' },
      { group: '', version: 'v1', kind: 'Event' },
    ])
      if (JSON.stringify((await client.listAll(kind, { namespace })).items).includes(CANARY))
        throw new Error(`a ${kind.kind} tells the secret`);
}

async function mustBe(world: World, uid: string, text: string): Promise<void> {
  if (uidOf(await world.view.live(world.ref('Secret', 'db'))) !== uid) throw new Error('the Secret was made anew');
  if ((await secretText(world, 'db', 'password')) !== text) throw new Error('what the controller wrote was undone');
}

/** Secrets that Sealed Secrets and External Secrets make; their controllers are played. */
export const secretControllerScenarios: readonly Scenario[] = [
  scenario(
    'flux: sealed secrets come after their controller, and are healthy once it has opened them',
    'flux',
    async (world) => {
      await defineSecretKinds(world);
      const sealed = secretKindRef(world, 'SealedSecret', 'db');
      const manifest = secretManifest('SealedSecret', 'db', { encryptedData: { password: 'AgBy3i4OJSWK' } });
      await world.repository.commit(
        { 'controller/deploy.yaml': hopelessDeployment('sealer'), 'app/db.yaml': manifest },
        'first',
      );
      const controller = await world.app('flux', { path: 'controller' }, 'controller');
      const spec = { dependsOn: [{ name: controller.ref.name }], healthCheckExprs: sealedHealth };
      const app = await world.app('flux', { path: 'app', spec });
      await app.complains(/DependencyNotReady/);
      if ((await world.view.live(sealed)) !== undefined) throw new Error('it did not wait for its controller');
      const commit = await world.repository.commit({ 'controller/deploy.yaml': deployment('sealer') }, 'second');
      await Promise.all([controller.refresh(), app.refresh()]);
      await controller.applied(commit);
      await world.view.present('it is applied', sealed);
      await report(world, sealed, 'Synced', 'False');
      await app.complains(/HealthCheckFailed/);
      await makeSecret(world, sealed, 'db', { password: CANARY });
      await report(world, sealed, 'Synced', 'True');
      await app.applied(commit);
      const uid = uidOf(await world.view.live(world.ref('Secret', 'db')));
      await makeSecret(world, sealed, 'db', { password: `${CANARY}-2` });
      await app.reconciled();
      await mustBe(world, uid, `${CANARY}-2`);
      await tellsNothing(world);
      const last = await world.repository.commit({ 'app/db.yaml': configMap('empty', {}) }, 'third');
      await app.refresh();
      await app.applied(last);
      await world.view.until('it is pruned', sealed, (seen) => seen === undefined);
      await world.view.until('its Secret goes with it', world.ref('Secret', 'db'), (seen) => seen === undefined);
    },
  ),
  scenario(
    'flux: a Secret that an external secret takes over is kept, and one that nothing takes over is pruned',
    'flux',
    async (world) => {
      await defineSecretKinds(world);
      const first = await world.repository.commit(
        { 'app/db.yaml': plainSecret('db', 'old'), 'app/other.yaml': plainSecret('other', 'old') },
        'first',
      );
      const app = await world.app('flux', { path: 'app' });
      await app.applied(first);
      const uid = uidOf(await world.view.live(world.ref('Secret', 'db')));
      const second = await world.repository.commit(
        {
          'app/db.yaml': secretManifest('ExternalSecret', 'database', { target: { name: 'db' } }),
          'app/other.yaml': null,
        },
        'second',
      );
      await app.refresh();
      await app.applied(second);
      await world.view.until('the other one is pruned', world.ref('Secret', 'other'), (seen) => seen === undefined);
      await mustBe(world, uid, 'old');
      const external = secretKindRef(world, 'ExternalSecret', 'database');
      await makeSecret(world, external, 'db', { password: CANARY });
      await report(world, external, 'Ready', 'True');
      await app.reconciled();
      await mustBe(world, uid, CANARY);
      await tellsNothing(world);
    },
  ),
  scenario(
    'flux: a placeholder that an external secret fills is no drift, and one beside it is healed',
    'flux',
    async (world) => {
      await defineSecretKinds(world);
      const files = {
        'app/db.yaml': plainSecret('db', 'placeholder'),
        'app/other.yaml': plainSecret('other', 'placeholder'),
        'app/fill.yaml': secretManifest('ExternalSecret', 'db', { target: { creationPolicy: 'Merge' } }),
      };
      const commit = await world.repository.commit(files, 'first');
      const app = await world.app('flux', { path: 'app' });
      await app.applied(commit);
      const uid = uidOf(await world.view.live(world.ref('Secret', 'db')));
      const data = { password: Buffer.from(CANARY).toString('base64') };
      await world.edit(world.ref('Secret', 'db'), { data }, 'external-secrets');
      await world.edit(world.ref('Secret', 'other'), { data }, 'external-secrets');
      const healed = Buffer.from('placeholder').toString('base64');
      const isHealed = (seen: unknown): boolean => JSON.stringify(seen ?? null).includes(healed);
      await world.view.until('the other one is healed', world.ref('Secret', 'other'), isHealed);
      await world.settled(world.ref('Secret', 'db'), app);
      await app.reconciled();
      await mustBe(world, uid, CANARY);
      await tellsNothing(world);
    },
  ),
  scenario(
    'argo: a Secret that an external secret takes over is kept, and one that nothing takes over is pruned',
    'argo',
    async (world) => {
      await defineSecretKinds(world);
      const first = await world.repository.commit(
        { 'app/db.yaml': plainSecret('db', 'old'), 'app/other.yaml': plainSecret('other', 'old') },
        'first',
      );
      const app = await world.app('argo', { path: 'app', automated: true, prune: true, selfHeal: true });
      await app.applied(first);
      const uid = uidOf(await world.view.live(world.ref('Secret', 'db')));
      const second = await world.repository.commit(
        {
          'app/db.yaml': secretManifest('ExternalSecret', 'database', { target: { name: 'db' } }),
          'app/other.yaml': null,
        },
        'second',
      );
      await app.refresh();
      await world.view.until('the other one is pruned', world.ref('Secret', 'other'), (seen) => seen === undefined);
      const external = secretKindRef(world, 'ExternalSecret', 'database');
      await world.view.present('it is applied', external);
      await mustBe(world, uid, 'old');
      await makeSecret(world, external, 'db', { password: CANARY });
      await report(world, external, 'Ready', 'True');
      await app.applied(second);
      await mustBe(world, uid, CANARY);
      await tellsNothing(world);
    },
  ),
];
