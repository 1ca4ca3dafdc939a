import assert from 'node:assert/strict';
import { join } from 'node:path';
import { crdOf, type CustomResource } from '@capstan/api';
import { messageOf } from '@capstan/errors';
import {
  connectCluster,
  createEventRecorder,
  createWorkQueue,
  loadKubeconfig,
  systemClock,
  type EventRecorder,
} from '@capstan/kube';
import { LOCAL_CLUSTER, type KubernetesObject } from '@capstan/object';
import { createArtifactStore, createGitSource } from '@capstan/source';
import type { QueueFactory } from '../runtime/controller.ts';
import type { Engine } from '../runtime/engine.ts';
import { silentJournal } from '../runtime/journal.ts';
import { localRenderer } from '../runtime/local-renderer.ts';
import { silentLog } from '../runtime/log.ts';
import { openCluster } from '../runtime/open-cluster.ts';

const SERVED_WITHIN_MS = 30_000;

/** What an engine for tests is made of. */
export interface TestEngineOptions {
  readonly kubeconfigPath: string;
  readonly directory: string;
  /** Takes what has to be undone, to be called in reverse. One of these fails where a reconcile has failed. */
  readonly undo: (() => Promise<unknown>)[];
  readonly resources: readonly CustomResource[];
  readonly tracked: (object: KubernetesObject) => boolean;
}

/** An engine on one real API, with git and artifacts in a folder, for tests of whole controllers. */
export async function startTestEngine(
  options: TestEngineOptions,
): Promise<{ readonly engine: Engine; readonly makeQueue: QueueFactory }> {
  const { directory, undo } = options;
  const clock = systemClock();
  const config = await loadKubeconfig({ path: options.kubeconfigPath });
  const kube = connectCluster(config, { id: LOCAL_CLUSTER, clock });
  const local = openCluster(kube, { clock, log: silentLog, tracked: options.tracked });
  undo.push(() => local.close());
  for (const resource of options.resources) {
    await local.client.apply(crdOf(resource), { fieldManager: 'test', force: true });
    const { group, version, kind } = resource;
    await untilServed(() => local.client.listAll({ group, version, kind }));
  }
  const recorders = new Map<string, EventRecorder>();
  const failures: string[] = [];
  undo.push(() => Promise.resolve(assert.deepEqual(failures, [])));
  const git = createGitSource({ cacheDirectory: join(directory, 'git') });
  undo.push(() => git.close());
  const engine: Engine = {
    clock,
    clusters: { local, get: () => local, list: () => [local] },
    openCluster: () => {
      throw new Error('no other cluster is opened');
    },
    git,
    artifacts: createArtifactStore({ directory: join(directory, 'artifacts'), now: () => Date.now() }),
    artifactUrl: (path) => `http://artifacts/${path}`,
    renderer: localRenderer(),
    events: (component) => {
      const made = recorders.get(component) ?? createEventRecorder({ client: local.client, component, clock });
      recorders.set(component, made);
      return made;
    },
    journal: silentJournal,
    log: silentLog,
  };
  undo.push(() => Promise.all([...recorders.values()].map((recorder) => recorder.close())));
  const makeQueue: QueueFactory = (work) =>
    createWorkQueue({
      work,
      concurrency: 4,
      backoff: { baseMs: 100, factor: 2, maxMs: 1000, jitter: 0 },
      onError: (key, error) => failures.push(`${key}: ${messageOf(error)}`),
    });
  return { engine, makeQueue };
}

async function untilServed(list: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + SERVED_WITHIN_MS;
  for (;;) {
    try {
      await list();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
