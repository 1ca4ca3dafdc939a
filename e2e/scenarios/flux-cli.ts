import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  encodeJson,
  getPath,
  isJsonObject,
  parseJson,
  refOf,
  type JsonObject,
  type KubernetesObject,
} from '@capstan/object';
import type { App } from '../app.ts';
import { capstanOffline, mustEnd } from '../capstan.ts';
import { entriesAt, textAt, versionOf } from '../fields.ts';
import { runFlux } from '../flux-cli/program.ts';
import { FluxReplay } from '../flux-cli/replay.ts';
import { configMap, deployment } from '../manifests.ts';
import { lonely, scenario, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

const OWNER = 'kustomize.toolkit.fluxcd.io';

/** A Kustomization that is Ready, and what is asked of it. */
interface Stage {
  readonly world: World;
  readonly app: App;
  readonly commit: string;
  readonly replay: FluxReplay;
  /** Runs Flux's program; it must end so, print what matches, and ask for nothing that the replay does not. */
  readonly flux: (words: string, code: number, prints: RegExp) => Promise<void>;
}

async function onStage(world: World, play: (stage: Stage) => Promise<void>): Promise<void> {
  const files = {
    'app/web.yaml': deployment('web', { replicas: 1 }),
    'app/one.yaml': configMap('one', { LEVEL: 'info' }),
  };
  const commit = await world.repository.commit(files, 'first');
  const app = await world.app('flux', { path: 'app' });
  await app.applied(commit);
  const { namespace, name } = app.ref;
  await world.view.untilSome(
    'it has been told',
    { group: '', kind: 'Event' },
    namespace,
    (event) =>
      textAt(event, 'reason') === 'ReconciliationSucceeded' && textAt(event, 'involvedObject', 'name') === name,
  );
  const place = { namespace, name, workload: world.namespace };
  const replay = new FluxReplay(world.view.client, place, async (seen) => {
    await world.view.until('it changes', refOf(seen), (now) => versionOf(now) !== versionOf(seen));
  });
  await play({
    world,
    app,
    commit,
    replay,
    flux: async (words, code, prints) => {
      const end = await runFlux(world.target.kubeconfigPath, [...words.split(' '), '-n', namespace]);
      mustEnd(end, code, prints);
      const unknown = [...end.asked].filter((request) => !replay.asked.has(request));
      if (unknown.length > 0) throw new Error(`flux ${words} also asks for ${unknown.join(' and ')}`);
    },
  });
}

/** A folder with what is in Git, the ConfigMap changed. */
async function localFolder(world: World): Promise<string> {
  const folder = await mkdtemp(join(world.folder, 'local-'));
  await writeFile(join(folder, 'one.yaml'), configMap('one', { LEVEL: 'debug' }));
  await writeFile(join(folder, 'web.yaml'), deployment('web', { replicas: 1 }));
  return folder;
}

/** What a build makes of the ConfigMap. */
function built({ world, app }: Stage, level: string): KubernetesObject {
  const labels = { [`${OWNER}/name`]: app.ref.name, [`${OWNER}/namespace`]: app.ref.namespace };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'one', namespace: world.namespace, labels },
    data: { LEVEL: level },
  };
}

/** Puts the Deployment that `capstan install` prints into the scenario's namespace. */
async function installControllers(world: World): Promise<void> {
  const end = await capstanOffline('install', '--namespace', world.namespace, '-o', 'json');
  mustEnd(end, 0, /Deployment/);
  const printed = parseJson(end.stdout);
  const all = Array.isArray(printed) ? printed : entriesAt(printed, 'items');
  for (const object of all as readonly JsonObject[]) {
    const kind = textAt(object, 'kind');
    const { metadata } = object;
    if ((kind !== 'Deployment' && kind !== 'ServiceAccount') || !isJsonObject(metadata)) continue;
    const made: KubernetesObject = { ...object, apiVersion: textAt(object, 'apiVersion'), kind, metadata };
    await world.view.client.apply(made, { fieldManager: 'kubectl', force: true });
  }
}

async function lookAround({ replay }: Stage): Promise<void> {
  await replay.get();
  await replay.events();
  await replay.trace('web');
  await replay.tree('web');
  await replay.export();
  await replay.stats();
}

async function compare(stage: Stage): Promise<void> {
  const resource = 'v1/configmaps';
  const same = await stage.replay.diff([{ resource, desired: built(stage, 'info') }]);
  if (same.length > 0) throw new Error(`what is as it should be differs: ${same.join()}`);
  const changed = await stage.replay.diff([{ resource, desired: built(stage, 'debug') }]);
  if (changed.join() !== 'one') throw new Error('the change is not seen');
  const live = await stage.world.view.live(stage.world.ref('ConfigMap', 'one'));
  if (textAt(live, 'data', 'LEVEL') !== 'info') throw new Error('a dry-run has been written');
}

/** The lines of a log that `flux logs` shows of a resource. */
function shownLines(lines: readonly string[], { kind, namespace, name }: App['ref']): readonly string[] {
  return lines.filter((line) => {
    const entry = parseJson(line);
    const at = (key: string): string => textAt(entry, key);
    return (
      at('controllerKind') === kind &&
      at('namespace') === namespace &&
      at('name') === name &&
      ['info', 'error', 'debug'].includes(at('level')) &&
      !Number.isNaN(Date.parse(at('ts'))) &&
      typeof getPath(entry, 'msg') === 'string'
    );
  });
}

/** Flux's own command line, unmodified, on resources that Capstan looks after. */
export const fluxCliScenarios: readonly Scenario[] = [
  scenario('flux: what get, events, trace, tree, export and stats ask for is there', 'flux', (world) =>
    onStage(world, lookAround),
  ),
  scenario('flux: what reconcile, suspend and resume wait for comes', 'flux', (world) =>
    onStage(world, async ({ replay, app, commit }) => {
      await replay.reconcile();
      await replay.suspend();
      await world.settled(app.ref, app);
      await replay.resume();
      await app.applied(commit);
    }),
  ),
  scenario(
    'flux: what diff kustomization tries as kustomize-controller differs where Git does, and only there',
    'flux',
    (world) => onStage(world, compare),
  ),
  scenario('flux: check, version and logs find the Deployment that install prints', 'flux', (world) =>
    onStage(world, async ({ replay }) => {
      await installControllers(world);
      await replay.controllers(world.namespace);
    }),
  ),
  lonely('flux: the log has lines of each resource that flux logs shows, failures as errors', 'flux', async (world) => {
    const running = await world.startControllers();
    await onStage(world, async ({ app }) => {
      await running.logged((line) => shownLines([line], app.ref).length > 0);
      await world.repository.commit({ 'app/one.yaml': 'apiVersion: v1\nkind: [\n' }, 'broken');
      await app.refresh();
      await app.complains(/BuildFailed/);
      await running.logged((line) => line.includes('"level":"error"') && shownLines([line], app.ref).length > 0);
    });
  }),
  scenario(
    'flux: the program itself gets, traces, exports and counts',
    'flux',
    (world) =>
      onStage(world, async (stage) => {
        const { app, commit, flux } = stage;
        const { name } = app.ref;
        await lookAround(stage);
        const row = new RegExp(`${name}\\s+main@sha1:${commit.slice(0, 8)}\\s+False\\s+True\\s+Applied revision`);
        await flux('get kustomizations', 0, row);
        await flux('get sources git', 0, new RegExp(`${name}\\s+main@sha1:${commit.slice(0, 8)}\\s+False\\s+True`));
        await flux(
          `events --for Kustomization/${name}`,
          0,
          /ReconciliationSucceeded\s+Kustomization\/.*Reconciliation finished/,
        );
        await flux(
          `events --for Kustomization/${name}`,
          0,
          /NewArtifact\s+GitRepository\/.*stored artifact for commit 'first'/,
        );
        await flux(
          `tree kustomization ${name}`,
          0,
          new RegExp(`ConfigMap/${world.namespace}/one\\s[^]*Deployment/${world.namespace}/web`),
        );
        await flux(`export kustomization ${name}`, 0, /kind: Kustomization[^]*path: app/);
        await flux('stats', 0, /GitRepository\s+1\s+0\s+0\s+[\d.]+ K?i?B[^]*Kustomization\s+1\s+0\s+0/);
        const traced = await runFlux(world.target.kubeconfigPath, [
          'trace',
          'deployment',
          'web',
          '-n',
          world.namespace,
        ]);
        mustEnd(traced, 0, new RegExp(`Managed by Flux[^]*Kustomization:\\s+${name}[^]*GitRepository:\\s+${name}`));
        const absent = await runFlux(world.target.kubeconfigPath, [
          'get',
          'kustomization',
          'absent',
          '-n',
          app.ref.namespace,
        ]);
        mustEnd(absent, 1, /not found/);
      }),
    ['flux-cli'],
  ),
  scenario(
    'flux: the program itself reconciles, suspends and resumes, and says no to what is suspended',
    'flux',
    (world) =>
      onStage(world, async ({ app, commit, replay, flux }) => {
        const { name } = app.ref;
        await replay.reconcile();
        await replay.suspend();
        await replay.resume();
        await flux(
          `reconcile kustomization ${name} --with-source`,
          0,
          new RegExp(`applied revision main@sha1:${commit}`),
        );
        await flux(`suspend kustomization ${name}`, 0, /kustomization suspended/);
        await flux(`reconcile kustomization ${name}`, 1, /resource is suspended/);
        await flux(`resume kustomization ${name}`, 0, /reconciliation completed/);
        await flux(`reconcile source git ${name}`, 0, new RegExp(`fetched revision main@sha1:${commit}`));
        // What has stopped fails at once: there is nothing to wait for.
        await app.change({ healthCheckExprs: [{ apiVersion: 'v1', kind: 'ConfigMap', current: 'data.' }] });
        await app.complains(/InvalidCELExpression/);
        await flux(`reconcile kustomization ${name}`, 1, /failed to parse the expression/);
      }),
    ['flux-cli'],
  ),
  scenario(
    'flux: the program itself shows what a folder would change',
    'flux',
    (world) =>
      onStage(world, async (stage) => {
        const folder = await localFolder(world);
        const { app, replay } = stage;
        await compare(stage);
        const web = await world.view.live(world.ref('Deployment', 'web'));
        if (web === undefined) throw new Error('the Deployment is gone');
        const labels = { [`${OWNER}/name`]: app.ref.name, [`${OWNER}/namespace`]: app.ref.namespace };
        const desired = {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'web', labels },
          spec: web['spec'] ?? null,
        };
        await replay.diff([{ resource: 'apps/deployments', desired }]);
        const words = `diff kustomization ${app.ref.name} --progress-bar=false --path ${folder}`;
        await stage.flux(words, 1, new RegExp(`ConfigMap/${world.namespace}/one drifted[^]*- info[^]*\\+ debug`));
        await writeFile(join(folder, 'one.yaml'), configMap('one', { LEVEL: 'info' }));
        await stage.flux(words, 0, /^\s*$/);
        await writeFile(join(folder, 'kustomization.yaml'), encodeJson({ resources: ['web.yaml'] }));
        await stage.flux(words, 1, new RegExp(`ConfigMap/${world.namespace}/one deleted`));
      }),
    ['flux-cli'],
  ),
  scenario(
    'flux: the program itself checks the controllers, and tells their version',
    'flux',
    (world) =>
      onStage(world, async ({ replay }) => {
        const before = await runFlux(world.target.kubeconfigPath, ['check', '-n', world.namespace]);
        mustEnd(before, 1, /no controllers found/);
        await installControllers(world);
        await replay.controllers(world.namespace);
        const checked = await runFlux(world.target.kubeconfigPath, ['check', '-n', world.namespace]);
        mustEnd(
          checked,
          0,
          /capstan: deployment ready[^]*gitrepositories\.source\.toolkit\.fluxcd\.io\/v1[^]*all checks passed/,
        );
        const told = await runFlux(world.target.kubeconfigPath, ['version', '-n', world.namespace]);
        mustEnd(told, 0, /capstan: 0\.1\.0/);
        for (const request of [...checked.asked, ...told.asked])
          if (!replay.asked.has(request)) throw new Error(`flux also asks for ${request}`);
      }),
    ['flux-cli'],
  ),
];
