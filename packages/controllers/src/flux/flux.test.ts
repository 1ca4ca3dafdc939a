import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fluxResources, gitRepositoryResource, kustomizationResource } from '@capstan/api';
import type { KubeClient } from '@capstan/kube';
import { getPath, type JsonObject, type KubernetesObject, type VersionedRef } from '@capstan/object';
import { startGitHost } from '@capstan/source';
import { createGitRepository, startTestApi, type GitRepository } from '@capstan/testkit';
import { startTestEngine } from '../testing/start-test-engine.ts';
import { startFlux, type FluxControllers } from './start-flux.ts';

const WAIT_MS = 30_000;

describe('the main loop of Flux', () => {
  const undo: (() => Promise<unknown>)[] = [];
  let client: KubeClient;
  let git: GitRepository;
  let url: string;
  let flux: FluxControllers;

  before(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'capstan-flux-'));
    undo.push(() => rm(directory, { recursive: true, force: true }));
    git = await createGitRepository(join(directory, 'repositories', 'repo.git'));
    await git.commit(
      { 'app/settings.yaml': configMap('settings', 'one'), 'app/other.yaml': configMap('other', 'one') },
      'first',
    );
    const host = await startGitHost({ root: join(directory, 'repositories'), port: 0 });
    undo.push(() => host.close());
    url = `${host.url}/repo.git`;
    const api = await startTestApi();
    undo.push(() => api.close());
    ({ client, flux } = await startControllers(api.kubeconfigPath, directory, undo));
    await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'apps' } });
    await client.create(source(url));
    await client.create(kustomization());
  });

  after(async () => {
    for (const step of undo.reverse()) await step();
  });

  it('applies what Git says', async () => {
    await ready((object) => getPath(object, 'status', 'lastAppliedRevision'));
    assert.equal(getPath(await client.get(ref('settings')), 'data', 'LEVEL'), 'one');
  });

  it('follows a commit, and prunes a file that is gone', async () => {
    const commit = await git.commit(
      { 'app/settings.yaml': configMap('settings', 'two'), 'app/other.yaml': null },
      'second',
    );
    await request(gitRepositoryResource, 'again');
    await ready((object) => getPath(object, 'status', 'lastAppliedRevision') === `main@sha1:${commit}`);
    assert.equal(getPath(await client.get(ref('settings')), 'data', 'LEVEL'), 'two');
    assert.equal(await client.find(ref('other')), undefined);
  });

  it('asks all that a source feeds after a push, though it has changed nothing, and writes nothing for it', async () => {
    await Promise.all([flux.gitRepositories.queue.idle(), flux.kustomizations.queue.idle()]);
    const before = await client.get(kustomizationRef);
    const runs = (): number => flux.kustomizations.queue.metrics().processed;
    const ran = runs();
    assert.equal(
      flux.refresh((wanted) => wanted === 'https://elsewhere.example.com'),
      0,
    );
    assert.equal(
      flux.refresh((wanted) => wanted === url),
      2,
    );
    await until(() => Promise.resolve(runs() > ran));
    await flux.kustomizations.queue.idle();
    const after = await client.get(kustomizationRef);
    assert.equal(after.metadata['resourceVersion'], before.metadata['resourceVersion']);
  });

  it('heals at once, and writes no status for it', async () => {
    const before = await client.get(kustomizationRef);
    await client.patch(
      ref('settings'),
      { kind: 'merge', patch: { data: { LEVEL: 'drift', MORE: 'yes' } } },
      { fieldManager: 'kubectl-patch' },
    );
    await until(async () => getPath(await client.get(ref('settings')), 'data', 'LEVEL') === 'two');
    assert.equal(getPath(await client.get(ref('settings')), 'data', 'MORE'), undefined);
    const after = await client.get(kustomizationRef);
    assert.equal(after.metadata['resourceVersion'], before.metadata['resourceVersion']);
  });

  it('leaves what another manager has added, and makes no write for it', async () => {
    const patch = { data: { OTHER: 'theirs' } };
    const patched = await client.patch(ref('settings'), { kind: 'merge', patch }, { fieldManager: 'injector' });
    await request(kustomizationResource, 'look');
    await ready((object) => getPath(object, 'status', 'lastHandledReconcileAt') === 'look');
    const now = await client.get(ref('settings'));
    assert.equal(now.metadata['resourceVersion'], patched.metadata['resourceVersion']);
  });

  it('slows down against somebody who changes it back each time, and tells who', async () => {
    for (const level of ['a', 'b']) {
      await client.patch(
        ref('settings'),
        { kind: 'merge', patch: { data: { LEVEL: level } } },
        { fieldManager: 'adversary' },
      );
      await until(async () => getPath(await client.get(ref('settings')), 'data', 'LEVEL') === 'two');
    }
    await until(async () => {
      const { items } = await client.listAll({ group: '', version: 'v1', kind: 'Event' }, { namespace: 'default' });
      return items.some((event) => {
        const message = getPath(event, 'message');
        return (
          getPath(event, 'reason') === 'DriftContested' && typeof message === 'string' && message.includes('adversary')
        );
      });
    });
  });

  it('says which folder is missing, and prunes nothing for it', async () => {
    await client.patch(
      kustomizationRef,
      { kind: 'merge', patch: { spec: { path: './nowhere' } } },
      { fieldManager: 'test' },
    );
    await until(async () => condition(await client.get(kustomizationRef), 'Ready')?.['reason'] === 'ArtifactFailed');
    assert.notEqual(await client.find(ref('settings')), undefined);
    await client.patch(
      kustomizationRef,
      { kind: 'merge', patch: { spec: { path: './app' } } },
      { fieldManager: 'test' },
    );
    await ready(() => true);
  });

  it('says of what kind the cluster knows nothing, then applies it with its definition, and heals it', async () => {
    await git.commit({ 'app/toy.yaml': toy }, 'a kind that is not there');
    await request(gitRepositoryResource, 'toy');
    await until(async () => {
      const ready = condition(await client.get(kustomizationRef), 'Ready');
      return (
        ready?.['message'] === `Toy/apps/first dry-run failed: no matches for kind "Toy" in version "toys.example/v1"\n`
      );
    });
    const commit = await git.commit({ 'app/definition.yaml': toyDefinition }, 'its definition');
    await request(gitRepositoryResource, 'definition');
    await ready((object) => getPath(object, 'status', 'lastAppliedRevision') === `main@sha1:${commit}`);
    const toyRef = { group: 'toys.example', version: 'v1', kind: 'Toy', namespace: 'apps', name: 'first' };
    await client.patch(
      toyRef,
      { kind: 'merge', patch: { spec: { colour: 'blue' } } },
      { fieldManager: 'kubectl-patch' },
    );
    await until(async () => getPath(await client.get(toyRef), 'spec', 'colour') === 'red');
  });

  it('deletes what it applied when it goes', async () => {
    await client.delete(kustomizationRef);
    await until(async () => (await client.find(kustomizationRef)) === undefined);
    assert.equal(await client.find(ref('settings')), undefined);
  });

  async function ready(holds: (object: KubernetesObject) => unknown): Promise<void> {
    await until(async () => {
      const object = await client.get(kustomizationRef);
      const found = condition(object, 'Ready');
      return (
        found?.['status'] === 'True' &&
        found['observedGeneration'] === object.metadata['generation'] &&
        Boolean(holds(object))
      );
    });
  }

  async function request(
    kind: { readonly group: string; readonly version: string; readonly kind: string },
    at: string,
  ) {
    const target = { ...kustomizationRef, group: kind.group, version: kind.version, kind: kind.kind };
    const patch = { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': at } } };
    await client.patch(target, { kind: 'merge', patch }, { fieldManager: 'test' });
  }
});

const kustomizationRef: VersionedRef = {
  group: kustomizationResource.group,
  version: kustomizationResource.version,
  kind: 'Kustomization',
  namespace: 'default',
  name: 'demo',
};

function ref(name: string): VersionedRef {
  return { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'apps', name };
}

function configMap(name: string, level: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: apps\ndata:\n  LEVEL: ${level}\n`;
}

const toy = `apiVersion: toys.example/v1
kind: Toy
metadata: {name: first, namespace: apps}
spec: {colour: red}
`;

const toyDefinition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: toys.toys.example}
spec:
  group: toys.example
  scope: Namespaced
  names: {kind: Toy, listKind: ToyList, plural: toys, singular: toy}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: {type: object, properties: {colour: {type: string}}}
`;

function source(url: string): KubernetesObject {
  const { group, version, kind } = gitRepositoryResource;
  const spec = { interval: '10m', url, ref: { branch: 'main' } };
  return { apiVersion: `${group}/${version}`, kind, metadata: { name: 'demo', namespace: 'default' }, spec };
}

function kustomization(): KubernetesObject {
  const { group, version, kind } = kustomizationResource;
  const spec = { interval: '10m', path: './app', prune: true, sourceRef: { kind: 'GitRepository', name: 'demo' } };
  return { apiVersion: `${group}/${version}`, kind, metadata: { name: 'demo', namespace: 'default' }, spec };
}

function condition(object: KubernetesObject, type: string): JsonObject | undefined {
  const conditions = getPath(object, 'status', 'conditions');
  const list = Array.isArray(conditions) ? (conditions as readonly JsonObject[]) : [];
  return list.find((one) => one['type'] === type);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, 'waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function startControllers(
  kubeconfigPath: string,
  directory: string,
  undo: (() => Promise<unknown>)[],
): Promise<{ readonly client: KubeClient; readonly flux: FluxControllers }> {
  const tracked = ({ apiVersion }: KubernetesObject): boolean => apiVersion.includes('fluxcd.io');
  const { engine, makeQueue } = await startTestEngine({
    kubeconfigPath,
    directory,
    undo,
    resources: fluxResources,
    tracked,
  });
  const flux = startFlux(engine, makeQueue);
  undo.push(() => flux.close());
  await Promise.all([flux.gitRepositories.started, flux.kustomizations.started]);
  return { client: engine.clusters.local.client, flux };
}
