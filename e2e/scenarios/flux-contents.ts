import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { getPath, type JsonObject, type KubernetesObject } from '@capstan/object';
import type { App } from '../app.ts';
import { conditionOf, textAt } from '../fields.ts';
import { configMap } from '../manifests.ts';
import { scenario, type Scenario } from '../scenario.ts';
import { tarEntries, type TarEntry } from '../tar-entries.ts';
import type { World } from '../world.ts';

/** Comes after the `.sourceignore` files, and so has the last word. */
const IGNORE = '# only manifests\n/*\n!/app\n/app/later\n';

async function change(world: World, { source }: App, spec: JsonObject): Promise<void> {
  await world.view.client.patch(source, { kind: 'merge', patch: { spec } }, { fieldManager: 'kubectl-patch' });
}

/** Waits until the source stores what its spec asks for now. */
async function stored(
  world: World,
  { source }: App,
  what: string,
  test: (seen: KubernetesObject) => boolean = () => true,
): Promise<KubernetesObject> {
  return world.view.present(what, source, (seen) => {
    const ready = conditionOf(seen, 'Ready');
    const isCurrent = getPath(ready, 'observedGeneration') === seen.metadata.generation;
    return textAt(ready, 'status') === 'True' && isCurrent && test(seen);
  });
}

/** Fetches an artifact as Flux's controllers do: the digest must be that of the status. */
async function fetched(source: KubernetesObject): Promise<readonly TarEntry[]> {
  const answer = await fetch(textAt(source, 'status', 'artifact', 'url'));
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (!answer.ok) throw new Error(`the artifact is answered with ${answer.status}`);
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  if (digest !== textAt(source, 'status', 'artifact', 'digest')) throw new Error('its digest is another one');
  if (Number(getPath(source, 'status', 'artifact', 'size')) !== bytes.length)
    throw new Error('its size is another one');
  return tarEntries(gunzipSync(bytes));
}

function listed(entries: readonly TarEntry[]): string {
  return entries.map(({ name, mode, type }) => `${name} ${mode.toString(8)} ${type}`).join(', ');
}

function mustBe(found: string, wanted: string, what: string): void {
  if (found !== wanted) throw new Error(`${what}: ${found}, not ${wanted}`);
}

async function mustBeAbsent(world: World, name: string): Promise<void> {
  if ((await world.view.live(world.ref('ConfigMap', name))) !== undefined) throw new Error(`${name} was applied`);
}

/** What of a repository becomes the content, and how it is handed on. */
export const fluxContentScenarios: readonly Scenario[] = [
  scenario(
    'flux: an artifact is served as source-controller packs it: modes, no owners, no times, no links, its digest',
    'flux',
    async (world) => {
      const commit = await world.repository.commit(
        {
          'app/one.yaml': configMap('one', { a: '1' }),
          'app/run.sh': { content: '#!/bin/sh\n', executable: true },
          'app/link.yaml': { link: '/etc/passwd' },
          'logo.png': 'no manifest',
          '.gitignore': 'x\n',
          '.github/workflows/a.yaml': 'on: push\n',
        },
        'first',
      );
      const app = await world.app('flux', { path: 'app' });
      const source = await stored(world, app, 'it is stored', (seen) =>
        textAt(seen, 'status', 'artifact', 'revision').endsWith(commit),
      );
      const { namespace, name } = app.source;
      const entries = await fetched(source);
      mustBe(listed(entries), '. 750 5, app 750 5, app/one.yaml 600 0, app/run.sh 700 0', 'it holds');
      if (entries.some(({ owner, time }) => owner !== 0 || time !== 0)) throw new Error('it has an owner or a time');
      mustBe(entries[2]?.text ?? '', configMap('one', { a: '1' }), 'the file is');
      const path = textAt(source, 'status', 'artifact', 'path');
      mustBe(path, `gitrepository/${namespace}/${name}/${commit}.tar.gz`, 'it lies at');
      const url = textAt(source, 'status', 'artifact', 'url');
      for (const other of [url.replace(`${commit}.tar.gz`, ''), url.replace(commit, '0'.repeat(40)), `${url}/../x`])
        if ((await fetch(other)).status !== 404) throw new Error(`${other} is answered`);
      if ((await fetch(url, { method: 'PUT', body: 'x' })).status !== 405) throw new Error('it can be written');
    },
  ),
  scenario(
    'flux: what spec.ignore and .sourceignore leave out is in no artifact, and what spec.ignore says is noted',
    'flux',
    async (world) => {
      const files = {
        'app/one.yaml': configMap('one', { a: '1' }),
        'app/draft.yaml': configMap('draft', { a: '1' }),
        'app/later/two.yaml': configMap('two', { a: '1' }),
        'app/later/.sourceignore': '*.yaml\n',
        'app/.sourceignore': 'draft.yaml\n',
        'docs/readme.md': 'x\n',
      };
      const commit = await world.repository.commit(files, 'first');
      const app = await world.app('flux', { path: 'app' });
      await app.applied(commit);
      for (const name of ['draft', 'two']) await mustBeAbsent(world, name);
      const names = async (seen: KubernetesObject): Promise<string> =>
        (await fetched(seen)).flatMap(({ name, type }) => (type === '0' ? [name] : [])).join();
      const before = await stored(world, app, 'it is stored');
      mustBe(await names(before), 'app/.sourceignore,app/later/.sourceignore,app/one.yaml,docs/readme.md', 'it holds');
      await change(world, app, { ignore: IGNORE });
      const after = await stored(
        world,
        app,
        'what is ignored is noted',
        (seen) => textAt(seen, 'status', 'observedIgnore') === IGNORE,
      );
      mustBe(await names(after), 'app/.sourceignore,app/draft.yaml,app/one.yaml', 'it holds');
      await change(world, app, { ignore: '/*\n!/docs\n' });
      await app.complains(/ArtifactFailed kustomization path not found/);
      if ((await world.view.live(world.ref('ConfigMap', 'one'))) === undefined)
        throw new Error('what was left out by mistake is pruned');
      await change(world, app, { ignore: null });
      const last = await stored(
        world,
        app,
        'nothing is ignored',
        (seen) => textAt(seen, 'status', 'observedIgnore') === '',
      );
      mustBe(
        textAt(last, 'status', 'artifact', 'digest'),
        textAt(before, 'status', 'artifact', 'digest'),
        'its digest is',
      );
    },
  ),
  scenario(
    'flux: the first of commit, name, semver, tag and branch is followed, and no other',
    'flux',
    async (world) => {
      const { repository } = world;
      const at: Record<string, string> = {};
      for (const version of ['1.0.0', '1.1.0', '2.0.0-rc.1', '2.0.0']) {
        at[version] = await repository.commit({ 'app/one.yaml': configMap('one', { version }) }, version);
        await repository.tag(`v${version}`, version === '1.1.0' ? { message: version } : {});
      }
      const head = await repository.commit({ 'app/one.yaml': configMap('one', { version: 'main' }) }, 'main');
      const app = await world.app('flux', { path: 'app' });
      await app.applied(head);
      const follows = async (ref: JsonObject, revision: string, version: string): Promise<void> => {
        const all = { branch: null, tag: null, semver: null, name: null, commit: null };
        await change(world, app, { ref: { ...all, ...ref } });
        await stored(
          world,
          app,
          `${revision} is stored`,
          (seen) => textAt(seen, 'status', 'artifact', 'revision') === revision,
        );
        await world.view.present(
          `${version} is applied`,
          world.ref('ConfigMap', 'one'),
          (seen) => textAt(seen, 'data', 'version') === version,
        );
      };
      const known = (version: string): string => at[version] ?? '';
      await follows({ tag: 'v1.0.0', branch: 'main' }, `v1.0.0@sha1:${known('1.0.0')}`, '1.0.0');
      await follows({ semver: '1.x', tag: 'v1.0.0' }, `v1.1.0@sha1:${known('1.1.0')}`, '1.1.0');
      await follows(
        { name: 'refs/tags/v2.0.0-rc.1', semver: '1.x' },
        `refs/tags/v2.0.0-rc.1@sha1:${known('2.0.0-rc.1')}`,
        '2.0.0-rc.1',
      );
      await follows({ commit: known('2.0.0'), branch: 'main' }, `main@sha1:${known('2.0.0')}`, '2.0.0');
      await follows({ branch: 'main' }, `main@sha1:${head}`, 'main');
      await change(world, app, { ref: { branch: null, semver: '>=3' } });
      await app.complains(/GitOperationFailed .*no match found for semver: >=3/);
      await change(world, app, { ref: { semver: 'not a range' } });
      await app.complains(/semver parse error/);
      const live = await world.view.live(world.ref('ConfigMap', 'one'));
      mustBe(textAt(live, 'data', 'version'), 'main', 'what is not found leaves');
    },
  ),
  scenario('flux: a suspended source fetches nothing, and what it had goes on', 'flux', async (world) => {
    const one = world.ref('ConfigMap', 'one');
    const first = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
    const app = await world.app('flux', { path: 'app' });
    await app.applied(first);
    await change(world, app, { suspend: true });
    const second = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '2' }) }, 'second');
    const witness = await world.app('flux', { path: 'nowhere' }, 'witness');
    await witness.complains(/ArtifactFailed/);
    await app.refresh();
    await world.settled(app.source, app);
    await world.edit(one, { data: { a: 'drift' } });
    await world.view.present('drift is healed meanwhile', one, (seen) => textAt(seen, 'data', 'a') === '1');
    const held = textAt(await world.view.live(app.source), 'status', 'artifact', 'revision');
    if (!held.endsWith(first)) throw new Error('it was fetched');
    await change(world, app, { suspend: false });
    await app.applied(second);
  }),
];
