import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getPath, type JsonObject } from '@capstan/object';
import { textAt } from '../fields.ts';
import { fluxNamespace } from '../kustomization.ts';
import { configMap } from '../manifests.ts';
import { kubeconfig, ownCluster } from '../own-cluster.ts';
import { lonely, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

const BY = { fieldManager: 'kubectl', force: true };
const RBAC = 'rbac.authorization.k8s.io';

async function make(
  world: World,
  kind: string,
  name: string,
  fields: JsonObject,
  labels: JsonObject = {},
): Promise<void> {
  const metadata = { name, namespace: fluxNamespace(world.namespace), labels };
  await world.view.client.apply({ apiVersion: 'v1', kind, metadata, ...fields }, BY);
}

/** Flags by which an operator decides what Kustomizations may do and what is looked at. */
export const fluxFlagScenarios: readonly Scenario[] = [
  lonely(
    'flux: ConfigMaps that the operator’s label selects are followed, and those of the usual label are not',
    'flux',
    async (world) => {
      await world.startControllers(['--watch-configs-label-selector', 'follow=yes']);
      const commit = await world.repository.commit(
        { 'app/one.yaml': configMap('one', { A: '${a}', B: '${b}' }) },
        'first',
      );
      const substituteFrom = ['ours', 'usual'].map((name) => ({ kind: 'ConfigMap', name }));
      const app = await world.app('flux', { path: 'app', spec: { postBuild: { substituteFrom } } });
      await make(world, 'ConfigMap', 'ours', { data: { a: 'one' } }, { follow: 'yes' });
      await make(world, 'ConfigMap', 'usual', { data: { b: 'one' } }, { 'reconcile.fluxcd.io/watch': 'Enabled' });
      await app.applied(commit);
      const one = world.ref('ConfigMap', 'one');
      const own = { ...world.ref('ConfigMap', 'usual'), namespace: app.ref.namespace };
      const edited = async (a: string, wanted: string): Promise<void> => {
        await world.edit({ ...own, name: 'ours' }, { data: { a } });
        await world.view.present(
          `${wanted} are applied`,
          one,
          (seen) => `${textAt(seen, 'data', 'A')} ${textAt(seen, 'data', 'B')}` === wanted,
        );
      };
      // They are followed from the first time that they are read: a change that has come through shows that it is so.
      await edited('two', 'two one');
      await world.settled(app.ref, app);
      await world.edit(own, { data: { b: 'two' } });
      await world.settled(app.ref, app);
      if (textAt(await world.view.live(one), 'data', 'B') !== 'one') throw new Error('the usual label is followed');
      await edited('three', 'three two');
    },
  ),
  lonely(
    'flux: a kubeconfig may name a program only where the operator allows it, and that does not allow more',
    'flux',
    async (world) => {
      await world.startControllers(['--insecure-kubeconfig-exec']);
      const { server, ca, token } = await ownCluster(world);
      const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token } };
      const program = join(world.folder, 'credential');
      await writeFile(program, `#!/bin/sh\necho '${JSON.stringify(credential)}'\n`);
      await chmod(program, 0o700);
      const cluster = {
        server,
        ...(ca === undefined ? {} : { 'certificate-authority-data': Buffer.from(ca).toString('base64') }),
      };
      const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: program, interactiveMode: 'Never' };
      const commit = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
      const app = await world.app('flux', { path: 'app', spec: { kubeConfig: { secretRef: { name: 'away' } } } });
      const insecure = { server, 'insecure-skip-tls-verify': true };
      await make(world, 'Secret', 'away', { stringData: { value: kubeconfig(insecure, { token }) } });
      await app.complains(/insecure/i);
      if ((await world.view.live(world.ref('ConfigMap', 'one'))) !== undefined)
        throw new Error('it trusts a server unseen');
      await make(world, 'Secret', 'away', { stringData: { value: kubeconfig(cluster, { exec }) } });
      await app.applied(commit);
    },
  ),
  lonely(
    'flux: a kubeconfig may leave certificates unchecked only where the operator allows it, and run nothing',
    'flux',
    async (world) => {
      await world.startControllers(['--insecure-kubeconfig-tls']);
      const { server, token } = await ownCluster(world);
      const insecure = { server, 'insecure-skip-tls-verify': true };
      const commit = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
      const app = await world.app('flux', { path: 'app', spec: { kubeConfig: { secretRef: { name: 'away' } } } });
      const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'id', interactiveMode: 'Never' };
      await make(world, 'Secret', 'away', { stringData: { value: kubeconfig(insecure, { exec }) } });
      await app.complains(/exec plugin \(id\), which is not allowed here/);
      if ((await world.view.live(world.ref('ConfigMap', 'one'))) !== undefined) throw new Error('it was applied');
      await make(world, 'Secret', 'away', { stringData: { value: kubeconfig(insecure, { token }) } });
      await app.applied(commit);
    },
  ),
  lonely(
    'flux: where a ConfigMap names nobody the operator’s account of that name signs in, with its own rights',
    'flux',
    async (world) => {
      await world.startControllers([
        '--feature-gates',
        'ObjectLevelWorkloadIdentity=true',
        '--default-kubeconfig-service-account',
        'visitor',
      ]);
      const commit = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
      const app = await world.app('flux', { path: 'app', spec: { kubeConfig: { configMapRef: { name: 'cluster' } } } });
      const { server, ca } = await ownCluster(world);
      const data = {
        provider: 'generic',
        address: server,
        audiences: 'https://kubernetes.default.svc\n',
        ...(ca === undefined ? {} : { 'ca.crt': ca }),
      };
      await make(world, 'ConfigMap', 'cluster', { data });
      await app.complains(/visitor/);
      await make(world, 'ServiceAccount', 'visitor', {});
      const bind = async (role: string, isWide: boolean): Promise<void> => {
        const name = `${world.namespace}-visitor`;
        const metadata = isWide ? { name } : { name, namespace: world.namespace };
        const binding = {
          apiVersion: `${RBAC}/v1`,
          kind: isWide ? 'ClusterRoleBinding' : 'RoleBinding',
          metadata,
          roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
          subjects: [{ kind: 'ServiceAccount', name: 'visitor', namespace: app.ref.namespace }],
        };
        await world.view.client.apply(binding, BY);
      };
      await bind('view', true);
      await app.reconciled();
      await app.complains(/forbidden/);
      if ((await world.view.live(world.ref('ConfigMap', 'one'))) !== undefined) throw new Error('it has other rights');
      await bind('cluster-admin', false);
      await app.applied(commit);
      if (getPath(await world.view.live(app.ref), 'spec', 'serviceAccountName') !== undefined)
        throw new Error('the account was written down');
    },
  ),
];
