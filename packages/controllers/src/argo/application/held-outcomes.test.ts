import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { applicationResource, argoResources } from '@capstan/api';
import type { KubeClient } from '@capstan/kube';
import { getPath, refOf, type JsonObject, type KubernetesObject } from '@capstan/object';
import { startGitHost } from '@capstan/source';
import { createGitRepository, startTestApi } from '@capstan/testkit';
import { startTestEngine } from '../../testing/start-test-engine.ts';
import { startArgo } from '../start-argo.ts';
import type { HoldPolicy } from './held-outcomes.ts';

const WAIT_MS = 30_000;
// Progressing until it has an address, which nobody gives a Service of this class.
const BALANCED = `
apiVersion: v1
kind: Service
metadata: {name: front}
spec: {type: LoadBalancer, loadBalancerClass: capstan.test/nobody, ports: [{port: 80}]}
`;

describe('ends of operations while many Applications wait', () => {
  const undo: (() => Promise<unknown>)[] = [];

  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });

  it('are told together with the health that comes soon after', async () => {
    const { client, begun, seen } = await stage({ backlog: 0, ms: WAIT_MS });
    await untilThere(client, begun);
    const patch = { status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } };
    await client.patch(service, { kind: 'merge', patch }, { subresource: 'status' });
    const all = await seen(({ health }) => health === 'Healthy');
    assert.deepEqual(outcomeOf(all), ['Succeeded', 'Healthy', ['service/front created']]);
    assert.deepEqual([...new Set(all.map(({ phase }) => phase))], ['Running', 'Succeeded']);
    assert.ok(all.every(({ phase, health }) => phase !== 'Succeeded' || health === 'Healthy'));
  });

  it('are told as they are where health does not come in time', async () => {
    const { seen } = await stage({ backlog: 0, ms: 200 });
    const all = await seen(({ phase }) => phase === 'Succeeded');
    assert.deepEqual(outcomeOf(all), ['Succeeded', 'Progressing', ['service/front created']]);
  });

  it('are told at once where few wait', async () => {
    const { seen } = await stage({ backlog: 2, ms: 10 * WAIT_MS });
    const all = await seen(({ phase }) => phase === 'Succeeded');
    assert.equal(all.at(-1)?.health, 'Progressing');
  });

  it('are promised by an intent that says nothing else', async () => {
    const { seen } = await stage({ backlog: 0, ms: 0 });
    const all = await seen(({ phase }) => phase === 'Succeeded');
    assert.deepEqual(
      all.filter(({ phase }) => phase === 'Running').map(({ says }) => says),
      [['operationState', 'reconciledAt']],
    );
    assert.ok(all.at(-1)?.says.includes('resources'));
  });

  async function stage(hold: HoldPolicy) {
    const directory = await mkdtemp(join(tmpdir(), 'capstan-argo-'));
    undo.push(() => rm(directory, { recursive: true, force: true }));
    const git = await createGitRepository(join(directory, 'repositories', 'repo.git'));
    await git.commit({ 'app/service.yaml': BALANCED }, 'first');
    const host = await startGitHost({ root: join(directory, 'repositories'), port: 0 });
    undo.push(() => host.close());
    const api = await startTestApi();
    undo.push(() => api.close());
    const tracked = ({ apiVersion }: KubernetesObject): boolean => apiVersion.startsWith('argoproj.io');
    const options = { kubeconfigPath: api.kubeconfigPath, directory, undo, resources: argoResources, tracked };
    const { engine, makeQueue } = await startTestEngine(options);
    const { client } = engine.clusters.local;
    for (const name of ['argocd', 'apps'])
      await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    await client.create(project);
    const argo = startArgo(engine, makeQueue, { hold });
    undo.push(() => argo.close());
    await argo.applications.started;
    const { resourceVersion: begun } = (await client.create(application(`${host.url}/repo.git`))).metadata;
    assert.ok(typeof begun === 'string');
    return { client, begun, seen: watching(client, begun) };
  }
});

/** What a version of the Application says. */
interface Said {
  readonly phase: unknown;
  readonly health: unknown;
  readonly messages: readonly unknown[];
  /** The fields of its status. */
  readonly says: readonly string[];
}

/** Collects what the Application says from a version on, until it says something. */
function watching(client: KubeClient, resourceVersion: string): (wanted: (said: Said) => boolean) => Promise<Said[]> {
  return async (wanted) => {
    const all: Said[] = [];
    for await (const { object } of client.watch(applicationResource, {
      namespace: 'argocd',
      resourceVersion,
      timeoutSeconds: WAIT_MS / 1000,
    })) {
      const said = whatOf(object);
      all.push(said);
      if (wanted(said)) return all;
    }
    assert.fail(`it never came to that: ${JSON.stringify(all)}`);
  };
}

function whatOf({ status }: KubernetesObject): Said {
  const resources = getPath(status, 'operationState', 'syncResult', 'resources');
  return {
    phase: getPath(status, 'operationState', 'phase'),
    health: getPath(status, 'health', 'status'),
    says: Object.keys(status ?? {}).sort(),
    messages: Array.isArray(resources) ? resources.map((entry: JsonObject) => entry['message']) : [],
  };
}

/** What it says at last. */
function outcomeOf(all: readonly Said[]): readonly unknown[] {
  const last = all.at(-1);
  return [last?.phase, last?.health, last?.messages];
}

/** Waits for the Service, from a version on at which it was not there. */
async function untilThere(client: KubeClient, resourceVersion: string): Promise<void> {
  const since = { namespace: service.namespace, resourceVersion, timeoutSeconds: WAIT_MS / 1000 };
  for await (const { object } of client.watch(service, since)) if (refOf(object).name === service.name) return;
  assert.fail('the Service never came');
}

const service = { group: '', version: 'v1', kind: 'Service', namespace: 'apps', name: 'front' };

const project: KubernetesObject = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AppProject',
  metadata: { name: 'default', namespace: 'argocd' },
  spec: { sourceRepos: ['*'], destinations: [{ namespace: '*', server: '*' }] },
};

function application(repoURL: string): KubernetesObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'demo', namespace: 'argocd' },
    spec: {
      project: 'default',
      source: { repoURL, path: 'app', targetRevision: 'main' },
      destination: { server: 'https://kubernetes.default.svc', namespace: 'apps' },
      syncPolicy: { automated: {} },
    },
  };
}
