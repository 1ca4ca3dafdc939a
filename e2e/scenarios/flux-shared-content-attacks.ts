import { getPath, isJsonObject, type JsonObject } from '@capstan/object';
import { conditionOf, textAt } from '../fields.ts';
import { ACCOUNT, asTenant, CANARY, mustBeAbsent, readable } from '../flux-tenant.ts';
import { fluxNamespace } from '../kustomization.ts';
import { configMap } from '../manifests.ts';
import { kubeconfig, ownCluster } from '../own-cluster.ts';
import { scenario, type Scenario } from '../scenario.ts';
import { makeSopsKey } from '../sops-file.ts';
import type { World } from '../world.ts';

const BY = { fieldManager: 'kubectl', force: true };
const kustomization = (text: string): string =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${text}`;

async function secret(world: World, name: string, stringData: JsonObject): Promise<void> {
  const metadata = { name, namespace: fluxNamespace(world.namespace) };
  await world.view.client.apply({ apiVersion: 'v1', kind: 'Secret', metadata, stringData }, BY);
}

/** What tenants can try with content that somebody else has as well, and with statuses that they may write. */
export const fluxSharedContentAttackScenarios: readonly Scenario[] = [
  scenario(
    'flux: what somebody’s keys and values have made of a folder is nobody else’s who builds the same',
    'flux',
    (world) =>
      asTenant(world, async (tenant) => {
        const key = await makeSopsKey();
        const commit = await world.repository.commit(
          {
            'app/kustomization.yaml': kustomization(
              'resources: [one.yaml, whole.yaml]\nsecretGenerator: [{name: made, envs: [a.env], options: {disableNameSuffixHash: true}}]\n',
            ),
            'app/one.yaml': configMap('one', { a: '${value:=nothing}' }),
            'app/whole.yaml': await key.secret('whole', { password: CANARY }),
            'app/a.env': await key.dotenv({ TOKEN: CANARY }),
          },
          'first',
        );
        const decryption = { provider: 'sops', secretRef: { name: 'keys' } };
        const owner = await world.app(
          'flux',
          {
            path: 'app',
            spec: {
              targetNamespace: tenant.other,
              decryption,
              postBuild: { substituteFrom: [{ kind: 'Secret', name: 'vars' }] },
            },
          },
          'owner',
        );
        await secret(world, 'keys', { 'a.agekey': key.keyFile });
        await secret(world, 'vars', { value: CANARY });
        await owner.applied(commit);
        const stranger = await makeSopsKey();
        await secret(world, 'others', { 'a.agekey': stranger.keyFile });
        const app = await tenant.app({
          targetNamespace: world.namespace,
          decryption: { provider: 'sops', secretRef: { name: 'others' } },
          sourceRef: { kind: 'GitRepository', name: owner.source.name },
        });
        const always = { substituteStrategy: 'Always' };
        for (const spec of [
          { postBuild: always },
          { decryption: { provider: 'sops', secretRef: null } },
          { decryption: null },
          { decryption: null, path: './app/' },
        ]) {
          await app.change(spec);
          await app.complains(/BuildFailed|ReconciliationFailed/);
          await app.reconciled();
          if ((await readable(world, app)).includes(CANARY)) throw new Error('it is told');
          for (const [kind, name] of [
            ['Secret', 'whole'],
            ['Secret', 'made'],
            ['ConfigMap', 'one'],
          ] as const)
            await mustBeAbsent(world, world.ref(kind, name));
        }
        const plain = await world.repository.commit(
          {
            'app/kustomization.yaml': kustomization('resources: [one.yaml]\n'),
            'app/whole.yaml': null,
            'app/a.env': null,
          },
          'without secrets',
        );
        await owner.refresh();
        await owner.applied(plain);
        await app.applied(plain);
        const value = async (namespace: string): Promise<string> =>
          textAt(await world.view.live({ ...world.ref('ConfigMap', 'one'), namespace }), 'data', 'a');
        if ((await value(tenant.other)) !== CANARY) throw new Error('the owner lacks the value');
        if ((await value(world.namespace)) !== 'nothing') throw new Error('the tenant has the owner’s value');
      }),
  ),
  scenario('flux: a status that a tenant has forged leads to no content and no file of others', 'flux', (world) =>
    asTenant(world, async (tenant) => {
      const commit = await world.repository.commit({ 'app/own.yaml': configMap('own', { a: '1' }) }, 'first');
      const theirs = await world.app('flux', { path: 'app', spec: { targetNamespace: tenant.other } }, 'theirs');
      await theirs.applied(commit);
      const known = await world.view.live(theirs.source);
      const [url, stored] = ['url', 'path'].map((key) => textAt(known, 'status', 'artifact', key));
      // A repository of the tenant's own that has nothing of it.
      const app = await world.app(
        'flux',
        { path: 'app', url: world.url.replace('repo.git', 'none.git'), spec: { serviceAccountName: ACCOUNT } },
        'thief',
      );
      await app.complains(/repository not found/);
      const artifact = getPath(known, 'status', 'artifact');
      if (url === undefined || stored === undefined || !isJsonObject(artifact)) throw new Error('there is no artifact');
      for (const path of [stored, '../../../../etc/passwd', '/etc/passwd', `x/../${stored}`]) {
        const status = { artifact: { ...artifact, path }, observedGeneration: 1, conditions: [] };
        await world.view.client.patch(
          app.source,
          { kind: 'merge', patch: { status } },
          { ...BY, subresource: 'status' },
        );
        await app.refresh();
        await world.view.present(
          'the source still says what is wrong',
          app.source,
          (seen) => textAt(conditionOf(seen, 'Ready'), 'status') === 'False',
        );
        await app.reconciled();
        await mustBeAbsent(world, world.ref('ConfigMap', 'own'));
        if (/root:x|passwd:/.test(await readable(world, app))) throw new Error('a file of the machine is told');
      }
      if ((await fetch(url)).status !== 200) throw new Error('the artifact of others is gone');
      await world.view.client.delete(app.source);
      await world.view.until('the source is gone', app.source, (seen) => seen === undefined);
      if ((await fetch(url)).status !== 200) throw new Error('the artifact of others went with it');
    }),
  ),
  scenario('flux: names of checks, sources and dependencies lead nowhere but where they say', 'flux', (world) =>
    asTenant(world, async (tenant) => {
      const { other } = tenant;
      const metadata = { name: 'theirs', namespace: other };
      const data = { password: Buffer.from(CANARY).toString('base64') };
      await world.view.client.create(
        { apiVersion: 'v1', kind: 'Secret', metadata, data },
        { fieldManager: 'kubectl-create' },
      );
      const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: own, namespace: ${world.namespace}}\n`;
      const commit = await world.repository.commit({ 'app/own.yaml': text }, 'first');
      const app = await tenant.app({ wait: false });
      await app.applied(commit);
      const { namespace } = app.ref;
      const sourceRef = { kind: 'GitRepository', name: app.source.name };
      for (const name of [`../../${other}/secrets/theirs`, '..', 'theirs/status', 'theirs?x=', '%2e%2e', '']) {
        const check = { apiVersion: 'v1', kind: 'Secret', name, namespace };
        for (const spec of [
          { healthChecks: [check], timeout: '30s' },
          { dependsOn: [{ name }] },
          { sourceRef: { kind: 'GitRepository', name } },
        ]) {
          await app.change({ healthChecks: null, dependsOn: null, sourceRef, ...spec });
          await world.view.present(`${JSON.stringify(spec)} is refused, or waited for`, app.ref, (seen) => {
            const ready = conditionOf(seen, 'Ready');
            return (
              textAt(ready, 'status') !== 'True' && getPath(ready, 'observedGeneration') === seen.metadata.generation
            );
          });
          if ((await readable(world, app)).includes(CANARY)) throw new Error('it is told');
        }
      }
      await app.change({ healthChecks: null, dependsOn: null, sourceRef });
      await app.applied(commit);
    }),
  ),
  scenario('flux: a kubeconfig without credentials goes there as nobody, and not as the controllers', 'flux', (world) =>
    asTenant(world, async (tenant) => {
      const { server, ca } = await ownCluster(world);
      const data = ca === undefined ? {} : { 'certificate-authority-data': Buffer.from(ca).toString('base64') };
      const files = {
        'app/own.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: taken, namespace: ${tenant.other}}\n`,
      };
      await world.repository.commit(files, 'first');
      const app = await tenant.app({ serviceAccountName: null, kubeConfig: { secretRef: { name: 'away' } } });
      await app.complains(/unable to read KubeConfig secret/);
      const users = [
        {},
        { token: '' },
        { as: 'system:admin', 'as-groups': ['system:masters'] },
        { token: 'wrong' },
        { username: 'admin', password: 'admin' },
      ];
      for (const user of users) {
        await secret(world, 'away', { value: kubeconfig({ server, ...data }, user) });
        await app.reconciled();
        await app.complains(/anonymous|nauthorized|forbidden|HTTP 40[13]|credentials|log in|KubeConfig/i);
        await mustBeAbsent(world, tenant.theirs('ConfigMap', 'taken'));
      }
      await app.change({ serviceAccountName: ACCOUNT });
      await app.reconciled();
      await mustBeAbsent(world, tenant.theirs('ConfigMap', 'taken'));
    }),
  ),
];
