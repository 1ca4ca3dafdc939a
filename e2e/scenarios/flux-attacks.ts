import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject, KubernetesObject } from '@capstan/object';
import type { App } from '../app.ts';
import { conditionOf, entriesAt, textAt, uidOf } from '../fields.ts';
import { ACCOUNT, asTenant, CANARY, into, mustBeAbsent, readable } from '../flux-tenant.ts';
import { fluxNamespace } from '../kustomization.ts';
import { configMap } from '../manifests.ts';
import { lonely, scenario, type Scenario } from '../scenario.ts';
import { makeSopsKey } from '../sops-file.ts';
import type { World } from '../world.ts';

const BY = { fieldManager: 'kubectl-create' };
const STRICT = ['--no-cross-namespace-refs', '--default-service-account', 'nobody'];

async function secret(
  world: World,
  namespace: string,
  name: string,
  data: Readonly<Record<string, string>>,
): Promise<void> {
  const object = { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData: data };
  await world.view.client.apply(object, { fieldManager: 'kubectl', force: true });
}

/** Fails where a text stands in what the tenant, or whoever may see its resources, can read, or in the log. */
async function mustNotTell(world: World, app: App, log: readonly string[] = []): Promise<void> {
  const told = `${await readable(world, app)}\n${log.join('\n')}`;
  for (const text of [CANARY, Buffer.from(CANARY).toString('base64')])
    if (told.includes(text)) throw new Error('a value of a Secret is told');
}

/** Waits until the Kustomization has failed for the commit or spec that it has now, and gives the words. */
async function refusal(world: World, app: App, words: RegExp): Promise<string> {
  await app.complains(words);
  return textAt(conditionOf(await world.view.live(app.ref), 'Ready'), 'message');
}

/** A server that counts who comes. */
async function withCanaryServer(play: (url: string, visits: () => number) => Promise<void>): Promise<void> {
  let visits = 0;
  const server = createServer((_request, response) => {
    visits++;
    response.end('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fetched}\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await play(`http://127.0.0.1:${port}`, () => visits);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

const kustomization = (text: string): string =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${text}`;

/** The kubeconfig of somebody without credentials of their own, with a user as given. */
function kubeconfig(server: string, user: string, cluster = ''): string {
  return `apiVersion: v1\nkind: Config\ncurrent-context: x\ncontexts: [{name: x, context: {cluster: x, user: x}}]\nclusters: [{name: x, cluster: {server: '${server}'${cluster}}}]\nusers: [{name: x, user: ${user}}]\n`;
}

/** What somebody who may write one namespace's Kustomizations can try. Everything here must come to nothing. */
export const fluxAttackScenarios: readonly Scenario[] = [
  scenario('flux: names of Secrets and ConfigMaps lead to no other namespace', 'flux', (world) =>
    asTenant(world, async (tenant) => {
      await secret(world, tenant.other, 'theirs', { password: CANARY, value: CANARY, 'a.agekey': CANARY });
      await world.repository.commit(
        { 'app/own.yaml': into(world.namespace, configMap('own', { A: '${password}' })) },
        'first',
      );
      const app = await tenant.app();
      const names = [
        'theirs',
        `../../${tenant.other}/secrets/theirs`,
        `${tenant.other}/theirs`,
        '..',
        '%2e%2e',
        `../${tenant.other}/theirs?x=`,
      ];
      for (const name of names) {
        await app.change({ postBuild: { substituteFrom: [{ kind: 'Secret', name }] } });
        const said = await refusal(world, app, /BuildFailed post build failed for .*: substitute from 'Secret\//);
        if (!said.includes(name)) throw new Error(`it complains of something else: ${said}`);
        await app.change({ postBuild: null, decryption: { provider: 'sops', secretRef: { name } } });
        await app.complains(/BuildFailed (?!post build)/);
        await app.change({ decryption: null, kubeConfig: { secretRef: { name } } });
        await app.complains(/ReconciliationFailed .*KubeConfig|kubeconfig/i);
        await app.change({ kubeConfig: null });
        await mustNotTell(world, app);
      }
      // In between, with nothing to read, it may have been applied as it is in Git.
      const made = await world.view.live(world.ref('ConfigMap', 'own'));
      if (!['', '${password}'].includes(textAt(made, 'data', 'A'))) throw new Error('it holds something of theirs');
    }),
  ),
  scenario('flux: keys of another namespace decrypt nothing, and nothing of the file is told', 'flux', (world) =>
    asTenant(world, async (tenant) => {
      const key = await makeSopsKey();
      await secret(world, tenant.other, 'keys', { 'a.agekey': key.keyFile });
      await world.repository.commit({ 'app/secret.yaml': await key.secret('whole', { password: CANARY }) }, 'first');
      const app = await tenant.app({
        targetNamespace: world.namespace,
        decryption: { provider: 'sops', secretRef: { name: 'keys' } },
      });
      await app.complains(/BuildFailed/);
      await app.change({ decryption: { provider: 'sops', secretRef: null } });
      await app.complains(/BuildFailed decryption failed for/);
      await mustNotTell(world, app);
      await mustBeAbsent(world, world.ref('Secret', 'whole'));
    }),
  ),
  scenario(
    'flux: a kubeconfig, with a service account or without, runs nothing, reads no file, and trusts nobody unseen',
    'flux',
    (world) =>
      asTenant(world, async (tenant) => {
        await world.repository.commit({ 'app/own.yaml': into(world.namespace, configMap('own', { a: '1' })) }, 'first');
        const own = fluxNamespace(world.namespace);
        const app = await tenant.app({ kubeConfig: { secretRef: { name: 'away' } } });
        await withCanaryServer(async (url, visits) => {
          const secure = url.replace('http:', 'https:');
          const tries: readonly (readonly [string, RegExp])[] = [
            [
              kubeconfig(secure, '{exec: {apiVersion: client.authentication.k8s.io/v1, command: id}}'),
              /exec plugin \(id\), which is not allowed here/,
            ],
            [kubeconfig(secure, '{tokenFile: /proc/self/environ}'), /a file \(tokenFile\), which is not allowed here/],
            [
              kubeconfig(secure, '{client-certificate: /etc/hostname, client-key: /etc/hostname}'),
              /a file \(client-certificate\), which is not allowed here/,
            ],
            [
              kubeconfig(secure, '{token: x}', ', certificate-authority: /etc/hostname'),
              /a file \(certificate-authority\), which is not allowed here/,
            ],
            [kubeconfig(secure, '{token: x}', ', insecure-skip-tls-verify: true'), /insecure|certificate/i],
            [kubeconfig(secure, '{auth-provider: {name: gcp}}'), /auth/i],
          ];
          for (const serviceAccountName of [ACCOUNT, null]) {
            await app.change({ serviceAccountName });
            for (const [text, words] of tries) {
              await secret(world, own, 'away', { value: text });
              await app.complains(words);
            }
          }
          if (visits() > 0) throw new Error('the server that the kubeconfig names was asked');
        });
        await mustBeAbsent(world, world.ref('ConfigMap', 'own'));
        if (/root:|HOSTNAME|PATH=/.test(await readable(world, app))) throw new Error('a file of the machine is told');
      }),
  ),
  scenario(
    'flux: lists in lists, generated names and cluster-scoped kinds go no further than the account',
    'flux',
    (world) =>
      asTenant(world, async (tenant) => {
        const { other } = tenant;
        const inner = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'inner', namespace: other } };
        const tries: Readonly<Record<string, JsonObject>> = {
          nested: { apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'List', items: [inner] }] },
          typed: {
            apiVersion: 'v1',
            kind: 'ConfigMapList',
            items: [{ metadata: { name: 'inner', namespace: other } }],
          },
          binding: {
            apiVersion: 'rbac.authorization.k8s.io/v1',
            kind: 'ClusterRoleBinding',
            metadata: { name: `${world.namespace}-all`, namespace: world.namespace },
            roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
            subjects: [{ kind: 'ServiceAccount', name: ACCOUNT, namespace: fluxNamespace(world.namespace) }],
          },
          namespace: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `${world.namespace}-more` } },
          unnamed: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'inner-', namespace: other } },
        };
        let app: App | undefined;
        for (const [name, object] of Object.entries(tries)) {
          const gone = Object.keys(tries).map((file) => [`app/${file}.yaml`, null] as const);
          const files = { ...Object.fromEntries(gone), [`app/${name}.yaml`]: JSON.stringify(object) };
          const commit = await world.repository.commit(files, name);
          app ??= await tenant.app();
          await app.refresh();
          await world.view.present(`${name} has been looked at, and is refused`, app.ref, (seen) => {
            const attempted = textAt(seen, 'status', 'lastAttemptedRevision').endsWith(commit);
            const ready = conditionOf(seen, 'Ready');
            const isOfBuild = textAt(ready, 'reason') === 'BuildFailed';
            return textAt(ready, 'status') === 'False' && (attempted || isOfBuild);
          });
        }
        const made = await world.view.client.listAll(
          { group: '', version: 'v1', kind: 'ConfigMap' },
          { namespace: other },
        );
        const names = made.items
          .map((item) => textAt(item, 'metadata', 'name'))
          .filter((name) => name.startsWith('inner'));
        if (names.length > 0) throw new Error(`made beyond its namespace: ${names.join()}`);
        await mustBeAbsent(world, {
          group: '',
          version: 'v1',
          kind: 'Namespace',
          namespace: '',
          name: `${world.namespace}-more`,
        });
        const bindings = {
          group: 'rbac.authorization.k8s.io',
          version: 'v1',
          kind: 'ClusterRoleBinding',
          namespace: '',
        };
        await mustBeAbsent(world, { ...bindings, name: `${world.namespace}-all` });
      }),
  ),
  scenario('flux: links, paths and remote bases reach neither the machine nor its network', 'flux', (world) =>
    asTenant(world, async (tenant) => {
      await withCanaryServer(async (url, visits) => {
        const own = into(world.namespace, configMap('own', { a: '1' }));
        await world.repository.commit({ 'app/own.yaml': own }, 'first');
        const app = await tenant.app();
        await world.view.present('it is applied', world.ref('ConfigMap', 'own'));
        const tries: readonly Readonly<Record<string, string | { readonly link: string } | null>>[] = [
          { 'app/kustomization.yaml': kustomization(`resources: ['${url}/base.yaml']\n`) },
          { 'app/kustomization.yaml': kustomization(`resources: ['${url}/repo.git//app?ref=main']\n`) },
          { 'app/kustomization.yaml': kustomization(`resources: [own.yaml]\ncomponents: ['${url}/component']\n`) },
          { 'app/kustomization.yaml': kustomization('resources: [../../../../etc/passwd]\n') },
          {
            'app/kustomization.yaml': kustomization(
              "configMapGenerator: [{name: taken, files: ['/proc/self/environ']}]\n",
            ),
          },
          {
            'app/kustomization.yaml': kustomization(
              'configMapGenerator: [{name: taken, envs: [../../../../proc/self/environ]}]\n',
            ),
          },
          {
            'app/kustomization.yaml': kustomization('resources: [link.yaml]\n'),
            'app/link.yaml': { link: '/etc/passwd' },
          },
          {
            'app/kustomization.yaml': kustomization('configMapGenerator: [{name: taken, files: [link]}]\n'),
            'app/link.yaml': null,
            'app/link': { link: '../../../../../../etc/passwd' },
          },
        ];
        for (const files of tries) {
          const commit = await world.repository.commit(files, 'try');
          await app.refresh();
          await world.view.present('it has been looked at', app.source, (seen) =>
            textAt(seen, 'status', 'artifact', 'revision').endsWith(commit),
          );
          await world.settled(app.source, app);
          await app.complains(/BuildFailed/, 1_000);
        }
        await app.change({ path: '../../../../etc' });
        await app.complains(/ArtifactFailed|BuildFailed/);
        if (visits() > 0) throw new Error('the machine’s network was reached');
        if (/root:x|daemon:|PATH=|HOME=/.test(await readable(world, app)))
          throw new Error('a file of the machine is told');
        const maps = await world.view.client.listAll(
          { group: '', version: 'v1', kind: 'ConfigMap' },
          { namespace: world.namespace },
        );
        if (maps.items.some((map) => textAt(map, 'metadata', 'name').startsWith('taken')))
          throw new Error('a file of the machine was applied');
      });
    }),
  ),
  scenario(
    'flux: another namespace’s objects are neither pruned, adopted nor left out by marks of the tenant’s',
    'flux',
    (world) =>
      asTenant(world, async (tenant) => {
        const theirs = tenant.theirs('ConfigMap', 'theirs');
        const object: KubernetesObject = {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'theirs', namespace: tenant.other },
          data: { note: CANARY },
        };
        await world.view.client.create(object, BY);
        const uid = uidOf(await world.view.live(theirs));
        const own = into(world.namespace, configMap('own', { a: '1' }));
        const first = await world.repository.commit({ 'app/own.yaml': own }, 'first');
        const app = await tenant.app();
        await app.applied(first);
        for (const ssa of ['Ignore', 'IfNotPresent', 'Merge']) {
          const marked = into(
            tenant.other,
            configMap('theirs', { a: '1' }, { 'kustomize.toolkit.fluxcd.io/ssa': ssa }),
          );
          await world.repository.commit({ 'app/theirs.yaml': marked }, ssa);
          await app.refresh();
          await world.view.present(
            `${ssa} has been tried`,
            app.source,
            (seen) => textAt(seen, 'status', 'artifact', 'revision') !== '',
          );
          await world.settled(app.source, app);
          const last = await world.repository.commit({ 'app/theirs.yaml': null }, 'drop');
          await app.refresh();
          await app.applied(last);
          if (uidOf(await world.view.live(theirs)) !== uid) throw new Error(`${ssa}: it was deleted`);
        }
        const live = await world.view.live(theirs);
        if (textAt(live, 'data', 'note') !== CANARY || textAt(live, 'data', 'a') !== '')
          throw new Error('it was written');
        await mustNotTell(world, app);
      }),
  ),
  scenario(
    'flux: a tenant’s claim of what an Application has elsewhere stops nobody, and is told to nobody',
    'flux',
    (world) =>
      asTenant(world, async (tenant) => {
        const theirs = tenant.theirs('ConfigMap', 'theirs');
        const files = {
          'argo/theirs.yaml': configMap('theirs', { a: 'argo' }),
          'app/theirs.yaml': into(tenant.other, configMap('theirs', { a: 'tenant' })),
          'app/ignored.yaml': into(
            tenant.other,
            configMap('later', {}, { 'kustomize.toolkit.fluxcd.io/ssa': 'Ignore' }),
          ),
        };
        const first = await world.repository.commit(files, 'first');
        const destination = { server: 'https://kubernetes.default.svc', namespace: tenant.other };
        const argo = await world.app('argo', { path: 'argo', spec: { destination } });
        await argo.applied(first);
        const app = await tenant.app();
        await app.complains(/system:serviceaccount:/);
        const second = await world.repository.commit(
          { 'argo/later.yaml': configMap('later', { a: 'argo' }) },
          'second',
        );
        await argo.refresh();
        await argo.applied(second);
        await world.settled(theirs, argo);
        const seen = await world.view.live(argo.ref);
        if (entriesAt(seen, 'status', 'conditions').length > 0)
          throw new Error('the Application has been made to warn');
        if (textAt(await world.view.live(theirs), 'data', 'a') !== 'argo') throw new Error('the tenant wrote it');
        if (conditionOf(await world.view.live(app.ref), 'SharedResource') !== undefined)
          throw new Error('the tenant is told whose it is');
      }),
  ),
  lonely('flux: no value of a Secret is told by a refusal, an event or the log', 'flux', (world) =>
    asTenant(world, async (tenant) => {
      const running = await world.startControllers();
      await secret(world, fluxNamespace(world.namespace), 'vars', { canary: CANARY, broken: `${CANARY}: [` });
      const key = await makeSopsKey();
      await secret(world, fluxNamespace(world.namespace), 'keys', { 'a.agekey': key.keyFile });
      const tries: Readonly<Record<string, string>> = {
        'yaml.yaml': into(
          world.namespace,
          'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: ${broken}\n',
        ),
        'base64.yaml': into(
          world.namespace,
          'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {a: "${canary}!"}\n',
        ),
        'type.yaml': into(world.namespace, 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: ${canary}\n'),
        'sops.yaml': into(world.namespace, await key.secret('a', { password: CANARY })).replace('name: a', 'name: A_A'),
      };
      let app: App | undefined;
      for (const [file, text] of Object.entries(tries)) {
        const gone = Object.keys(tries).map((name) => [`app/${name}`, null] as const);
        const commit = await world.repository.commit({ ...Object.fromEntries(gone), [`app/${file}`]: text }, file);
        app ??= await tenant.app({
          decryption: { provider: 'sops', secretRef: { name: 'keys' } },
          postBuild: { substituteFrom: [{ kind: 'Secret', name: 'vars' }] },
        });
        await app.refresh();
        await world.view.present('it has been fetched', app.source, (seen) =>
          textAt(seen, 'status', 'artifact', 'revision').endsWith(commit),
        );
        await world.view.present(
          `${file} is refused`,
          app.ref,
          (seen) => textAt(conditionOf(seen, 'Ready'), 'status') === 'False',
        );
        await world.settled(app.source, app);
        await mustNotTell(world, app, running.logOf(''));
      }
    }),
  ),
  lonely('flux: who names no service account has the operator’s, in every place where rights count', 'flux', (world) =>
    asTenant(world, async (tenant) => {
      await world.repository.commit({ 'app/own.yaml': configMap('own', { a: '1' }) }, 'first');
      await world.startControllers(STRICT);
      const nobody = new RegExp(`system:serviceaccount:${fluxNamespace(world.namespace)}:nobody`);
      const app = await tenant.app({ serviceAccountName: null, targetNamespace: tenant.other });
      await app.complains(nobody);
      await app.change({ serviceAccountName: '', targetNamespace: world.namespace });
      await app.complains(nobody);
      await app.change({ targetNamespace: 'kube-system' });
      await app.complains(nobody);
      await app.change({ serviceAccountName: `${tenant.other}:default` });
      await app.complains(/ReconciliationFailed|AccessDenied/);
      for (const ref of [
        world.ref('ConfigMap', 'own'),
        tenant.theirs('ConfigMap', 'own'),
        { ...world.ref('ConfigMap', 'own'), namespace: 'kube-system' },
      ])
        await mustBeAbsent(world, ref);
    }),
  ),
];
