import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject, KubernetesObject, VersionedRef } from '@capstan/object';
import { removeObject, type App } from '../app.ts';
import { fluxNamespace } from '../kustomization.ts';
import { configMap } from '../manifests.ts';
import { lonely, scenario, type Scenario } from '../scenario.ts';
import { makeSshKey, startSshServer, type SshKey, type SshServer } from '../ssh-server.ts';
import type { World } from '../world.ts';

/** A repository behind SSH, with the key that is let in, one that is not, and the host key of another server. */
interface Behind {
  readonly server: SshServer;
  readonly url: string;
  readonly key: SshKey;
  readonly stranger: SshKey;
  readonly otherHosts: string;
}

async function behindSsh(world: World, run: (behind: Behind) => Promise<void>): Promise<void> {
  const folder = join(world.folder, 'ssh');
  await mkdir(folder, { recursive: true });
  const [key, stranger] = await Promise.all([makeSshKey(folder, 'friend'), makeSshKey(folder, 'stranger')]);
  const server = await startSshServer(folder, key);
  const [address = ''] = server.knownHosts.split(' ');
  const [type = '', blob = ''] = stranger.publicKey.split(' ');
  try {
    const url = server.url(join(world.folder, 'repo.git'));
    await run({ server, url, key, stranger, otherHosts: `${address} ${type} ${blob}\n` });
  } finally {
    await server.close();
  }
}

async function put(world: World, ref: VersionedRef, rest: JsonObject, labels: JsonObject = {}): Promise<void> {
  await removeObject(world.view, ref);
  const metadata = { name: ref.name, namespace: ref.namespace, labels };
  const made: KubernetesObject = { apiVersion: ref.version, kind: ref.kind, metadata, ...rest };
  await world.view.client.create(made);
}

async function tellsNoKey(world: World, app: App, { privateKey }: SshKey): Promise<void> {
  const [, line = ''] = privateKey.split('\n');
  const said = JSON.stringify([await world.view.live(app.ref), await world.view.live(app.source)]);
  if (said.includes(line)) throw new Error('the private key stands in a resource');
}

const core = { group: '', version: 'v1' };

/** Repositories that are reached over SSH. */
export const sshScenarios: readonly Scenario[] = [
  scenario(
    'flux: a repository is reached over SSH with the key and the host that its Secret names, and with no other',
    'flux',
    (world) =>
      behindSsh(world, async ({ server, url, key, stranger, otherHosts }) => {
        const secret = { ...core, kind: 'Secret', namespace: fluxNamespace(world.namespace), name: 'ssh' };
        const hold = (identity: SshKey, known: string): Promise<void> =>
          put(world, secret, {
            stringData: { identity: identity.privateKey, 'identity.pub': identity.publicKey, known_hosts: known },
          });
        const commit = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
        const app = await world.app('flux', { path: 'app', url, secretRef: 'ssh' });
        await hold(stranger, server.knownHosts);
        await app.refresh();
        await app.complains(/Permission denied|authenticat/i);
        await hold(key, otherHosts);
        await app.refresh();
        await app.complains(/host key/i);
        if ((await world.view.live(world.ref('ConfigMap', 'one'))) !== undefined) throw new Error('it was applied');
        await hold(key, server.knownHosts);
        await app.refresh();
        await app.applied(commit);
        await tellsNoKey(world, app, key);
      }),
    ['sshd'],
  ),
  lonely(
    'argo: a repository is reached over SSH with its key, where its host is known, and not otherwise',
    'argo',
    (world) =>
      behindSsh(world, async ({ server, url, key, otherHosts }) => {
        await world.startControllers();
        const secret = { ...core, kind: 'Secret', namespace: 'argocd', name: `${world.namespace}-ssh` };
        const hosts = { ...core, kind: 'ConfigMap', namespace: 'argocd', name: 'argocd-ssh-known-hosts-cm' };
        const know = (known: string): Promise<void> =>
          put(world, hosts, { data: { ssh_known_hosts: known } }, { 'app.kubernetes.io/part-of': 'argocd' });
        try {
          const commit = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
          await know(otherHosts);
          await put(
            world,
            secret,
            { stringData: { type: 'git', url, sshPrivateKey: key.privateKey } },
            { 'argocd.argoproj.io/secret-type': 'repository' },
          );
          const app = await world.app('argo', { path: 'app', url });
          await app.complains(/host key/i);
          if ((await world.view.live(world.ref('ConfigMap', 'one'))) !== undefined) throw new Error('it was applied');
          await know(server.knownHosts);
          await app.refresh();
          await app.applied(commit);
          await tellsNoKey(world, app, key);
        } finally {
          await removeObject(world.view, secret);
          await removeObject(world.view, hosts);
        }
      }),
    ['sshd'],
  ),
];
