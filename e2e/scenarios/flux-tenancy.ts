import type { JsonObject } from '@capstan/object';
import type { App } from '../app.ts';
import { conditionOf, textAt, uidOf } from '../fields.ts';
import { fluxNamespace } from '../kustomization.ts';
import { ACCOUNT, asTenant, CANARY, into, mustBeAbsent, RBAC, readable } from '../flux-tenant.ts';
import { configMap, deployment } from '../manifests.ts';
import { lonely, scenario, type Scenario } from '../scenario.ts';

const BY = { fieldManager: 'kubectl-create' };

/** What an operator allows nobody: references to other namespaces, and rights that no account of the tenant's has. */
const STRICT = ['--no-cross-namespace-refs', '--default-service-account', 'nobody'];

/** What a tenant who wants more than the service account may can try. Everything here must come to nothing. */
export const fluxTenancyScenarios: readonly Scenario[] = [
  scenario('flux: a tenant writes as the service account: into its namespace, and into no other', 'flux', (world) =>
    asTenant(world, async (tenant) => {
      const { other } = tenant;
      const own = into(world.namespace, configMap('own', { a: '1' }));
      const first = await world.repository.commit({ 'app/own.yaml': own }, 'first');
      const app = await tenant.app();
      await app.applied(first);
      const list = {
        apiVersion: 'v1',
        kind: 'List',
        items: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'listed', namespace: other } }],
      };
      const role = `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: ${world.namespace}-all}\nrules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]\n`;
      const tries: Readonly<Record<string, string>> = {
        'plain.yaml': into(other, configMap('plain', { a: '1' })),
        'list.yaml': JSON.stringify(list),
        'role.yaml': role,
      };
      for (const [file, text] of Object.entries(tries)) {
        const gone = Object.keys(tries).map((name) => [`app/${name}`, null] as const);
        await world.repository.commit({ ...Object.fromEntries(gone), [`app/${file}`]: text }, file);
        await app.refresh();
        await app.complains(new RegExp(`system:serviceaccount:${fluxNamespace(world.namespace)}:${ACCOUNT}`));
      }
      for (const name of ['plain', 'listed']) await mustBeAbsent(world, tenant.theirs('ConfigMap', name));
      await mustBeAbsent(world, { ...RBAC, kind: 'ClusterRole', namespace: '', name: `${world.namespace}-all` });
    }),
  ),
  scenario('flux: a tenant learns nothing of what the service account may not read', 'flux', (world) =>
    asTenant(world, async (tenant) => {
      const { other } = tenant;
      const secret = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'theirs', namespace: other, annotations: { note: CANARY } },
        data: { password: Buffer.from(CANARY).toString('base64') },
      };
      await world.view.client.create(secret, BY);
      const uid = uidOf(await world.view.live(tenant.theirs('Secret', 'theirs')));
      const said: string[] = [];
      let app: App | undefined;
      // Whether it is there, or not, must make no difference.
      for (const name of ['theirs', 'absent']) {
        const text = `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}, namespace: ${other}}\n`;
        await world.repository.commit({ 'app/secret.yaml': text }, name);
        app ??= await tenant.app();
        await app.refresh();
        await app.complains(new RegExp(`Secret/${other}/${name}`));
        const seen = await world.view.live(app.ref);
        said.push(textAt(conditionOf(seen, 'Ready'), 'message').replaceAll(name, 'it'));
      }
      if (said[0] !== said[1]) throw new Error(`it can be told apart: ${said.join(' / ')}`);
      if (app === undefined || (await readable(world, app)).includes(CANARY)) throw new Error('the secret is told');
      if (uidOf(await world.view.live(tenant.theirs('Secret', 'theirs'))) !== uid) throw new Error('it was touched');
    }),
  ),
  scenario('flux: a health check of an object that may not be read tells nothing of it', 'flux', (world) =>
    asTenant(world, async (tenant) => {
      await world.view.client.create(
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'theirs', namespace: tenant.other },
          spec: {
            replicas: 0,
            selector: { matchLabels: { app: 'x' } },
            template: {
              metadata: { labels: { app: 'x' } },
              spec: { containers: [{ name: 'x', image: 'nginx:1.27' }] },
            },
          },
        },
        BY,
      );
      await world.repository.commit({ 'app/own.yaml': into(world.namespace, configMap('own', { a: '1' })) }, 'first');
      const check = (name: string): JsonObject => ({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        name,
        namespace: tenant.other,
      });
      const app = await tenant.app({ wait: false, timeout: '30s', healthChecks: [check('theirs'), check('absent')] });
      await app.complains(
        new RegExp(`Deployment/${tenant.other}/theirs status: 'Unknown'.*/absent status: 'Unknown'`),
        60_000,
      );
    }),
  ),
  scenario('flux: whose rights are taken away neither heals nor deletes, and loses nothing', 'flux', (world) =>
    asTenant(world, async (tenant) => {
      const own = world.ref('ConfigMap', 'own');
      const text = into(world.namespace, configMap('own', { a: '1' }));
      const first = await world.repository.commit(
        { 'app/own.yaml': text, 'app/web.yaml': into(world.namespace, deployment('web')) },
        'first',
      );
      const app = await tenant.app();
      await app.applied(first);
      await tenant.disown();
      await world.repository.commit({ 'app/own.yaml': null }, 'drop');
      await app.refresh();
      await app.complains(/cannot (get|patch|delete)/);
      if ((await world.view.live(own)) === undefined) throw new Error('it was deleted without the right to');
      await app.remove();
      await world.view.until(
        'the Kustomization is being deleted',
        app.ref,
        (seen) => textAt(seen, 'metadata', 'deletionTimestamp') !== '',
      );
      if ((await world.view.live(own)) === undefined) throw new Error('it was deleted without the right to');
      // An account that is gone can delete nothing, and holds nobody up.
      await world.view.client.delete({
        group: '',
        version: 'v1',
        kind: 'ServiceAccount',
        namespace: fluxNamespace(world.namespace),
        name: ACCOUNT,
      });
      await app.gone();
      if ((await world.view.live(own)) === undefined) throw new Error('it was deleted by an account that is gone');
    }),
  ),
  lonely('flux: references to other namespaces and rights of nobody in particular can be forbidden', 'flux', (world) =>
    asTenant(world, async (tenant) => {
      const commit = { 'app/own.yaml': into(world.namespace, configMap('own', { a: '1' })) };
      await world.repository.commit(commit, 'first');
      await world.startControllers(STRICT);
      const app = await tenant.app({ serviceAccountName: null });
      await app.complains(new RegExp(`system:serviceaccount:${fluxNamespace(world.namespace)}:nobody`));
      const sourceRef = { kind: 'GitRepository', name: 'theirs', namespace: tenant.other };
      await app.change({ sourceRef });
      await app.complains(/AccessDenied can't access .*cross-namespace references have been blocked/);
      // One that is there is told no more of than one that is not.
      await app.change({
        sourceRef: { ...sourceRef, name: app.source.name, namespace: null },
        dependsOn: [{ name: 'theirs', namespace: tenant.other }],
      });
      await app.complains(/AccessDenied can't access 'Kustomization\/.*cross-namespace references have been blocked/);
      await app.change({ dependsOn: null, serviceAccountName: ACCOUNT });
      await world.view.present('the account applies it', world.ref('ConfigMap', 'own'), () => true);
    }),
  ),
];
