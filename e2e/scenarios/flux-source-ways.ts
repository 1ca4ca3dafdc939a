import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import type { JsonObject } from '@capstan/object';
import { createGitRepository, type Served, type ServedRequest } from '@capstan/testkit';
import type { App } from '../app.ts';
import { textAt } from '../fields.ts';
import { letThrough, whoAreYou, withServices } from '../git-gate.ts';
import { fluxNamespace } from '../kustomization.ts';
import { configMap } from '../manifests.ts';
import { lonely, scenario, type Scenario } from '../scenario.ts';
import { addSubmodule } from '../submodule.ts';
import type { World } from '../world.ts';

const CANARY = 'canary-19f7';

async function secret(world: World, name: string, stringData: JsonObject): Promise<void> {
  const metadata = { name, namespace: fluxNamespace(world.namespace) };
  const by = { fieldManager: 'kubectl', force: true };
  await world.view.client.apply({ apiVersion: 'v1', kind: 'Secret', metadata, stringData }, by);
}

async function change(world: World, { source }: App, spec: JsonObject): Promise<void> {
  await world.view.client.patch(source, { kind: 'merge', patch: { spec } }, { fieldManager: 'kubectl-patch' });
}

async function absent(world: World, name: string): Promise<void> {
  if ((await world.view.live(world.ref('ConfigMap', name))) !== undefined) throw new Error(`${name} is there`);
}

async function tellsNothing(world: World, app: App): Promise<void> {
  const { items } = await world.view.client.listAll(
    { group: '', version: 'v1', kind: 'Event' },
    { namespace: fluxNamespace(world.namespace) },
  );
  const said = JSON.stringify([items, (await world.view.live(app.source))?.['status'] ?? null]);
  if (said.includes(CANARY)) throw new Error('a secret stands in a status or an event');
}

function isBy(request: ServedRequest, username: string, password: string, header = 'authorization'): boolean {
  return request.headers[header] === `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** The ways to a GitRepository's content: submodules, proxies, GitHub Apps, and which are looked after at all. */
export const fluxSourceWayScenarios: readonly Scenario[] = [
  scenario('flux: submodules are part of the content where that is asked for, and only then', 'flux', async (world) => {
    const library = await createGitRepository(join(world.folder, 'library.git'));
    const inner = await library.commit({ 'lib.yaml': configMap('lib', { a: '1' }) }, 'library');
    await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
    const commit = await addSubmodule(world.repository, 'app/lib', '../library.git', inner);
    const app = await world.app('flux', { path: 'app' });
    await app.applied(commit);
    await absent(world, 'lib');
    await change(world, app, { recurseSubmodules: true });
    const lib = world.ref('ConfigMap', 'lib');
    await world.view.until('the submodule is applied', lib, (seen) => textAt(seen, 'data', 'a') === '1');
    const next = await addSubmodule(world.repository, 'app/lib', '../nowhere.git', inner.replace(/^./, '0'));
    await app.refresh();
    await app.complains(/nowhere\.git/);
    if (textAt(await world.view.live(app.source), 'status', 'artifact', 'revision').endsWith(next))
      throw new Error('what is not whole is stored');
    if ((await world.view.live(lib)) === undefined) throw new Error('what was there is pruned');
  }),
  scenario('flux: a repository is reached through the proxy of its Secret, and by no other way', 'flux', (world) => {
    const answer = (request: ServedRequest): Served | Promise<Served> => {
      if (!isBy(request, 'me', CANARY, 'proxy-authorization'))
        return { status: 407, body: '', headers: { 'proxy-authenticate': 'Basic realm="proxy"' } };
      return letThrough(world, request);
    };
    return withServices(answer, async ({ origin, requests }) => {
      const commit = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
      const url = `http://git.invalid${new URL(world.url).pathname}`;
      const app = await world.app('flux', { path: 'app', url });
      await app.complains(/GitOperationFailed/);
      await change(world, app, { proxySecretRef: { name: 'proxy' } });
      await app.complains(/AuthenticationFailed failed to configure proxy options/);
      await secret(world, 'proxy', { address: origin, username: 'me', password: `${CANARY}x` });
      await app.refresh();
      await app.complains(/GitOperationFailed .*407/);
      await absent(world, 'one');
      await secret(world, 'proxy', { address: origin, username: 'me', password: CANARY });
      await app.refresh();
      await app.applied(commit);
      if (requests.some((request) => request.url.hostname !== 'git.invalid')) throw new Error('it asked for others');
      await tellsNothing(world, app);
    });
  }),
  scenario('flux: a repository is opened as a GitHub App, and by no other key', 'flux', (world) => {
    const pem = (): string => {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    };
    let proofs = 0;
    let isTrusted = false;
    const answer = (request: ServedRequest): Served | Promise<Served> => {
      if (request.url.pathname === '/app/installations/42/access_tokens') {
        proofs += 1;
        if (!isTrusted) return { status: 401, body: { message: CANARY } };
        return { body: { token: CANARY, expires_at: new Date(Date.now() + 3_600_000).toISOString() } };
      }
      return isBy(request, 'x-access-token', CANARY) ? letThrough(world, request) : whoAreYou;
    };
    return withServices(answer, async ({ origin }) => {
      const commit = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
      const app = await world.app('flux', { path: 'app', url: `${origin}${new URL(world.url).pathname}` });
      await app.complains(/authentication required/);
      await change(world, app, { provider: 'github' });
      await app.complains(/InvalidProviderConfiguration secretRef with github app data must be specified/);
      const data = { githubAppID: '7', githubAppInstallationID: '42', githubAppBaseURL: origin };
      await secret(world, 'github', { ...data, githubAppPrivateKey: 'no key' });
      await change(world, app, { secretRef: { name: 'github' } });
      await app.complains(/the GitHub App’s private key is no RSA key in PEM/);
      await secret(world, 'github', { ...data, githubAppPrivateKey: pem() });
      await app.refresh();
      await app.complains(/authentication required/);
      if (proofs === 0) throw new Error('nobody proved who the App is');
      await absent(world, 'one');
      isTrusted = true;
      await app.refresh();
      await app.applied(commit);
      await tellsNothing(world, app);
      await change(world, app, { provider: 'generic' });
      await app.complains(/has github app data but provider is not set to github/);
    });
  }),
  lonely('flux: only what a label selects is looked after', 'flux', async (world) => {
    const commit = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
    const app = await world.app('flux', { path: 'app' });
    const other = await world.app('flux', { path: 'app', spec: { targetNamespace: null } }, 'other');
    const label = async (one: App, parts: readonly ('ref' | 'source')[], team: string | null): Promise<void> => {
      const patch = { metadata: { labels: { team } } };
      for (const part of parts)
        await world.view.client.patch(one[part], { kind: 'merge', patch }, { fieldManager: 'kubectl-label' });
    };
    await label(app, ['ref', 'source'], 'a');
    await label(other, ['ref', 'source'], 'b');
    await world.startControllers(['--watch-label-selector', 'team in (a)']);
    await app.applied(commit);
    await world.settled(app.ref, app);
    for (const part of ['ref', 'source'] as const) {
      const seen = await world.view.live(other[part]);
      if (seen?.metadata['finalizers'] !== undefined) throw new Error('another one is looked after');
    }
    await label(app, ['ref'], null);
    const next = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '2' }) }, 'second');
    await app.refresh();
    const isAt = (seen: JsonObject | undefined): boolean =>
      textAt(seen, 'status', 'artifact', 'revision').endsWith(next);
    await world.view.until('its source is followed', app.source, isAt);
    const source = await world.view.live(app.source);
    await world.settled(app.source, app).catch(() => undefined);
    if (textAt(await world.view.live(world.ref('ConfigMap', 'one')), 'data', 'a') !== '1' || source === undefined)
      throw new Error('what is selected no longer is applied');
    await label(app, ['ref'], 'a');
    await app.applied(next);
  }),
];
