import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { getPath, isJsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { parseDocuments } from '@capstan/yaml';
import { startSandbox, type ResourceName, type Sandbox } from '../index.ts';
import { ManualClock, startSimulation, type Simulation } from './index.ts';
import { objectAt, objectsAt, textAt } from './read.ts';
import * as kinds from './resources.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const folder = resolve(root, process.env['RECORDED_DIR'] ?? '../shared/recorded');
const CORPORA = ['argo-applications', 'flux-kustomizations'];
const RESOURCES: Readonly<Record<string, ResourceName>> = {
  Deployment: kinds.DEPLOYMENTS,
  Job: kinds.JOBS,
  Pod: kinds.PODS,
};
/** What a recording names and a run does not: a time, an address, a uid. */
const PLACEHOLDER = /<[a-z]/;
const SETTLE_MS = 10_000;

interface Recorded {
  readonly from: string;
  readonly object: KubernetesObject;
}

/** The workloads of the recordings, each state once. */
function recordedObjects(): readonly Recorded[] {
  const found = new Map<string, Recorded>();
  for (const corpus of CORPORA) {
    for (const file of readdirSync(join(folder, corpus))) {
      const document = parseDocuments(readFileSync(join(folder, corpus, file)))[0]?.value;
      for (const step of objectsAt(document, 'steps')) {
        for (const object of objectsAt(step, 'snapshot', 'managed')) {
          if (!Object.hasOwn(RESOURCES, textAt(object, 'kind')) || getPath(object, 'status') === undefined) continue;
          const key = JSON.stringify([object['spec'], object['status']]);
          if (!found.has(key)) found.set(key, { from: `${corpus}/${file}`, object: object as KubernetesObject });
        }
      }
    }
  }
  return [...found.values()];
}

/** States that a fresh object cannot have: of a rollout under way, or of an object that is being deleted. */
function isSteady(object: KubernetesObject): boolean {
  if (textAt(object.metadata, 'deletionTimestamp') !== '') return false;
  if (object.kind !== 'Deployment') return true;
  const reason = objectsAt(object, 'status', 'conditions').find((each) => each['type'] === 'Progressing')?.['reason'];
  const replicas = getPath(object, 'spec', 'replicas');
  const settled =
    getPath(object, 'status', 'updatedReplicas') === replicas && getPath(object, 'status', 'replicas') === replicas;
  return (
    settled &&
    (reason === 'NewReplicaSetAvailable' || reason === 'ReplicaSetUpdated' || reason === 'ProgressDeadlineExceeded')
  );
}

describe('statuses, compared with recordings of a real control plane', { skip: !existsSync(folder) }, () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'recorded-'));
  const clock = new ManualClock(new Date('2026-01-02T03:04:05Z'));
  let sandbox: Sandbox;
  let simulation: Simulation;
  let made = 0;

  before(async () => {
    sandbox = await startSandbox({ stateDir, port: 0, plainHttp: true, clock, simulation: false });
    simulation = startSimulation(sandbox.api, clock);
  });
  after(async () => {
    simulation.close();
    await sandbox.close();
    rmSync(stateDir, { recursive: true });
  });

  async function settle(): Promise<void> {
    const end = clock.now().getTime() + SETTLE_MS;
    for (;;) {
      await setImmediate();
      if (!clock.step(Math.max(0, end - clock.now().getTime())) && simulation.idle) return;
    }
  }

  const recorded = existsSync(folder) ? recordedObjects().filter(({ object }) => isSteady(object)) : [];
  recorded.forEach(({ from, object }, index) => {
    it(`${index}: ${object.kind} ${textAt(object.metadata, 'name')} of ${from}`, async () => {
      const namespace = `case-${made++}`;
      const space: KubernetesObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
      sandbox.api.create(kinds.NAMESPACES, space, { manager: 'test' });
      // A namespace has its account once the controllers have had a turn.
      await setImmediate();
      const resource = RESOURCES[object.kind];
      assert.ok(resource);
      const created = sandbox.api.create(resource, asWritten(object, namespace), { manager: 'test' });
      await settle();
      const name = textAt(created.metadata, 'name');
      const live = sandbox.api.get(resource, namespace, name);
      assert.deepEqual(comparable(live?.['status'] ?? null), comparable(object['status'] ?? null));
    });
  });

  it('finds recordings at all', () => {
    assert.ok(recorded.length > 20, `${recorded.length}`);
  });
});

/** The object as someone would have written it: without what the cluster added. */
function asWritten(object: KubernetesObject, namespace: string): KubernetesObject {
  const name = textAt(object.metadata, 'name')
    .replaceAll(/[^-a-z0-9]+/g, '-')
    .replace(/-$/, '');
  const metadata = { name, namespace, labels: withoutPlaceholders(objectAt(object.metadata, 'labels')) };
  const spec = withoutPlaceholders(objectAt(object, 'spec'));
  const { nodeName: _node, selector, ...rest } = isJsonObject(spec) ? spec : {};
  if (object.kind === 'Pod') withoutToken(rest);
  const kept = object.kind === 'Job' || selector === undefined ? rest : { ...rest, selector };
  return { apiVersion: object.apiVersion, kind: object.kind, metadata, spec: kept };
}

/** Admission adds the token's volume again, under a name of its own. */
function withoutToken(spec: Record<string, JsonValue>): void {
  delete spec['volumes'];
  spec['containers'] = objectsAt(spec, 'containers').map(({ volumeMounts: _mounts, ...container }) => container);
}

function withoutPlaceholders(value: JsonValue): JsonValue {
  if (Array.isArray(value))
    return (value as readonly JsonValue[]).map(withoutPlaceholders).filter((item) => item !== null);
  if (!isJsonObject(value)) return typeof value === 'string' && PLACEHOLDER.test(value) ? null : value;
  const entries = Object.entries(value).map(([key, item]) => [key, withoutPlaceholders(item)] as const);
  return Object.fromEntries(
    entries.filter(([key, item]) => item !== null && !key.includes('job-name') && !key.includes('controller-uid')),
  );
}

/** A status without times, addresses and generations; conditions by type, whose order depends on the moment. */
function comparable(status: JsonValue): JsonValue {
  if (Array.isArray(status)) {
    const items = (status as readonly JsonValue[]).map(comparable);
    return items.every((item) => textAt(item, 'type') !== '')
      ? [...items].sort((a, b) => (textAt(a, 'type') < textAt(b, 'type') ? -1 : 1))
      : items;
  }
  if (!isJsonObject(status)) {
    return typeof status === 'string' &&
      (/^\d{4}-\d\d-\d\dT/.test(status) || /^10\.\d+\.\d+\.\d+$/.test(status) || PLACEHOLDER.test(status))
      ? '<varies>'
      : status;
  }
  const entries = Object.entries(status)
    .filter(([key]) => key !== 'observedGeneration')
    .map(([key, item]) => [key, comparable(item)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
