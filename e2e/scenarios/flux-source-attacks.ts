import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject, KubernetesObject } from '@capstan/object';
import type { Served, ServedRequest } from '@capstan/testkit';
import type { App } from '../app.ts';
import { conditionOf, textAt, uidOf } from '../fields.ts';
import { ACCOUNT, asTenant, CANARY, into, readable, type Tenant } from '../flux-tenant.ts';
import { letThrough, whoAreYou, withServices } from '../git-gate.ts';
import { configMap } from '../manifests.ts';
import { scenario, type Scenario } from '../scenario.ts';
import { addSubmodule } from '../submodule.ts';
import type { World } from '../world.ts';

const BY = { fieldManager: 'kubectl', force: true };
const BLANK: JsonObject = { secretRef: null, proxySecretRef: null, verify: null, include: null };

async function change(world: World, { source }: App, spec: JsonObject): Promise<void> {
  await world.view.client.patch(source, { kind: 'merge', patch: { spec } }, { fieldManager: 'kubectl-patch' });
}

async function secret(world: World, namespace: string, name: string, data: JsonObject): Promise<void> {
  await world.view.client.apply(
    { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData: data },
    BY,
  );
}

async function mustNotTell(world: World, app: App): Promise<void> {
  const told = await readable(world, app);
  for (const text of [CANARY, Buffer.from(CANARY).toString('base64'), 'root:x:'])
    if (told.includes(text)) throw new Error(`${text} is told`);
}

/** Waits until the source says no to its spec as it is now, and gives the words. */
async function refused(world: World, app: App, what: string): Promise<string> {
  const seen = await world.view.present(`${what} is refused`, app.source, (object) => {
    const ready = conditionOf(object, 'Ready');
    return textAt(ready, 'status') === 'False' && Number(ready?.['observedGeneration']) === object.metadata.generation;
  });
  const ready = conditionOf(seen, 'Ready');
  return `${textAt(ready, 'reason')} ${textAt(ready, 'message')}`;
}

async function ownApp(world: World, tenant: Tenant): Promise<App> {
  await world.repository.commit({ 'app/own.yaml': into(world.namespace, configMap('own', { a: '1' })) }, 'first');
  const app = await tenant.app();
  await world.view.present('it is applied', world.ref('ConfigMap', 'own'));
  return app;
}

/** What somebody who may write one namespace's GitRepositories can try. Everything here must come to nothing. */
export const fluxSourceAttackScenarios: readonly Scenario[] = [
  scenario('flux: names in a GitRepository lead to no Secret and no source of another namespace', 'flux', (world) =>
    asTenant(world, async (tenant) => {
      const { other } = tenant;
      await secret(world, other, 'theirs', {
        username: 'theirs',
        password: CANARY,
        address: `http://me:${CANARY}@127.0.0.1:1`,
        'a.asc': CANARY,
        'a.sshpub': CANARY,
      });
      await world.view.client.create(
        {
          apiVersion: 'source.toolkit.fluxcd.io/v1',
          kind: 'GitRepository',
          metadata: { name: 'theirs', namespace: other },
          spec: { interval: '10m', url: world.url, ref: { branch: 'main' } },
        },
        { fieldManager: 'kubectl-create' },
      );
      const app = await ownApp(world, tenant);
      for (const name of ['theirs', `../../${other}/secrets/theirs`, `${other}/theirs`, '..', '%2e%2e', 'theirs?x=']) {
        const tries: readonly (readonly [JsonObject, RegExp])[] = [
          [{ secretRef: { name } }, /^AuthenticationFailed failed to get secret/],
          [{ proxySecretRef: { name } }, /^AuthenticationFailed failed to configure proxy options/],
          [{ verify: { mode: 'HEAD', secretRef: { name } } }, /^VerificationError public keys secret error/],
          [{ include: [{ repository: { name } }] }, /^NotFound could not get resource for include/],
        ];
        for (const [spec, words] of tries) {
          await change(world, app, { ...BLANK, ...spec });
          const said = await refused(world, app, JSON.stringify(spec));
          if (!words.test(said) || !said.includes(name)) throw new Error(`it complains of something else: ${said}`);
          await mustNotTell(world, app);
        }
      }
    }),
  ),
  scenario(
    'flux: what credentials have fetched is nobody’s who has none, or wrong ones, be the commit known',
    'flux',
    (world) =>
      asTenant(world, () => {
        const good = `Basic ${Buffer.from(`me:${CANARY}`).toString('base64')}`;
        const answer = (request: ServedRequest): Served | Promise<Served> =>
          request.headers['authorization'] === good ? letThrough(world, request) : whoAreYou;
        return withServices(answer, async ({ origin }) => {
          const url = `${origin}${new URL(world.url).pathname}`;
          const private_ = into(world.namespace, configMap('own', { a: 'private' }));
          const commit = await world.repository.commit({ 'app/own.yaml': private_ }, 'first');
          const spec = { targetNamespace: null };
          const owner = await world.app('flux', { path: 'app', url, secretRef: 'creds', spec }, 'owner');
          await secret(world, owner.source.namespace, 'creds', { username: 'me', password: CANARY });
          await owner.refresh();
          await owner.applied(commit);
          const more = { serviceAccountName: ACCOUNT, targetNamespace: null };
          const app = await world.app('flux', { path: 'app', url, spec: more }, 'thief');
          for (const ref of [{ branch: 'main' }, { commit }, { branch: 'main', commit }, { name: 'refs/heads/main' }]) {
            const all = { branch: null, commit: null, name: null };
            for (const secretRef of [null, { name: 'wrong' }]) {
              await secret(world, app.source.namespace, 'wrong', { username: 'me', password: `${CANARY}x` });
              await change(world, app, { secretRef, ref: { ...all, ...ref } });
              const said = await refused(world, app, JSON.stringify([ref, secretRef]));
              if (!/authentication required/.test(said)) throw new Error(`it complains of something else: ${said}`);
            }
          }
          const status = (await world.view.live(app.source))?.['status'] ?? null;
          if (textAt(status, 'artifact', 'url').includes(commit)) throw new Error('it is stored for the tenant');
          await mustNotTell(world, app);
        });
      }),
  ),
  scenario('flux: no field of a GitRepository is an option, a program, a file or another folder', 'flux', (world) =>
    asTenant(world, async (tenant) => {
      const app = await ownApp(world, tenant);
      const mark = join(world.folder, 'ran');
      const own = world.ref('ConfigMap', 'own');
      const uid = uidOf(await world.view.live(own));
      const all = { branch: null, tag: null, semver: null, name: null, commit: null };
      const words = [
        `--upload-pack=touch ${mark}`,
        '--output=/etc/x',
        `$(touch ${mark})`,
        '-',
        'a\nb',
        '../../x',
        'x:y',
      ];
      for (const word of words)
        for (const field of ['branch', 'tag', 'semver', 'name', 'commit']) {
          await change(world, app, { ref: { ...all, [field]: word } });
          await refused(world, app, `ref.${field} ${JSON.stringify(word)}`);
        }
      await change(world, app, { ref: { ...all, branch: 'main' } });
      for (const path of ['../../../etc', '/etc', '--stdin']) {
        await change(world, app, { sparseCheckout: [path] });
        await refused(world, app, `sparseCheckout ${path}`);
      }
      // What leaves nothing is not taken for what Git has emptied.
      for (const path of ['app/../..', 'app//', 'app/.']) {
        await change(world, app, { sparseCheckout: [path] });
        await app.complains(/ArtifactFailed kustomization path not found/);
        await change(world, app, { sparseCheckout: ['app'] });
        const isReady = (seen: KubernetesObject): boolean => textAt(conditionOf(seen, 'Ready'), 'status') === 'True';
        await world.view.present('it is ready again', app.ref, isReady);
      }
      await change(world, app, { sparseCheckout: null });
      if (uidOf(await world.view.live(own)) !== uid) throw new Error('what was applied is pruned, or made anew');
      const itself = { name: app.source.name };
      for (const [fromPath, toPath] of [
        ['../../../etc', 'x'],
        ['/etc', 'x'],
        ['', '../../x'],
        ['', '/etc/x'],
      ] as const) {
        await change(world, app, { include: [{ repository: itself, fromPath, toPath }] });
        await refused(world, app, `include ${fromPath} ${toPath}`);
      }
      if (existsSync(mark)) throw new Error('a program ran');
      await mustNotTell(world, app);
    }),
  ),
  scenario(
    'flux: a submodule is no program, no file of the machine, and no one else’s repository with credentials',
    'flux',
    (world) =>
      asTenant(world, async (tenant) => {
        const mark = join(world.folder, 'ran');
        const inner = await world.repository.commit(
          { 'app/own.yaml': into(world.namespace, configMap('own', {})) },
          'first',
        );
        const app = await tenant.app({ path: '.' });
        await change(world, app, { recurseSubmodules: true });
        const urls = [
          `file://${world.repository.directory}`,
          world.repository.directory,
          `ext::sh -c touch% ${mark}`,
          `-u./touch ${mark}`,
          `ssh://-oProxyCommand=touch%20${mark}/x`,
          `http://127.0.0.1:1/x --upload-pack=touch ${mark}`,
        ];
        for (const url of urls) {
          const commit = await addSubmodule(world.repository, 'lib', url, inner);
          await app.refresh();
          await world.view.present(
            `${url} is refused`,
            app.source,
            (seen) => textAt(conditionOf(seen, 'Ready'), 'status') === 'False',
          );
          await app.reconciled();
          if (textAt(await world.view.live(app.source), 'status', 'artifact', 'revision').endsWith(commit))
            throw new Error(`${url} is stored`);
        }
        for (const path of ['../lib', '.git/lib', 'app/.git', '/etc/lib']) {
          const modules = `[submodule "x"]\n\tpath = ${path}\n\turl = ../repo.git\n`;
          const commit = await world.repository.commit({ '.gitmodules': modules, lib: null }, 'elsewhere');
          await app.refresh();
          await world.view.present(`${path} has been looked at`, app.source, (seen) => {
            const isAt = textAt(seen, 'status', 'artifact', 'revision').endsWith(commit);
            return isAt || textAt(conditionOf(seen, 'Ready'), 'status') === 'False';
          });
        }
        if (existsSync(mark)) throw new Error('a program ran');
        await mustNotTell(world, app);
      }),
  ),
  scenario('flux: a server of the network tells a tenant no more than that it is no repository', 'flux', (world) =>
    asTenant(world, (tenant) =>
      withServices(
        ({ url }) => ({
          status: url.pathname.startsWith('/ok') ? 200 : url.pathname.startsWith('/gone') ? 404 : 500,
          body: `internal: ${CANARY}\n`,
          type: url.pathname.includes('json') ? 'application/json' : 'text/plain',
        }),
        async ({ origin }) => {
          const app = await ownApp(world, tenant);
          for (const path of ['ok', 'gone', 'broken', 'ok-json', 'gone-json', 'broken-json']) {
            await change(world, app, { url: `${origin}/${path}` });
            await refused(world, app, path);
            await mustNotTell(world, app);
          }
        },
      ),
    ),
  ),
];
