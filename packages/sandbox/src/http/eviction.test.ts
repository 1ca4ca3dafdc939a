import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { getPath, type JsonObject, type KubernetesObject } from '@capstan/object';
import { startSandbox, type Sandbox } from '../index.ts';
import { play, targetOf, type ReplayAnswer } from '../replay/play.ts';

const PODS = { group: '', version: 'v1', resource: 'pods' };
const BUDGETS = { group: 'policy', version: 'v1', resource: 'poddisruptionbudgets' };
const TEST = { manager: 'test' };

function pod(name: string): KubernetesObject {
  const metadata = { name, namespace: 'default', labels: { app: 'web' } };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ name: 'web', image: 'nginx:1' }] } };
}

describe('an eviction', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'sandbox-eviction-'));
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox({ stateDir, port: 0, simulation: false });
    const running = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
    for (const name of ['first', 'second']) {
      const created = sandbox.api.create(PODS, pod(name), TEST);
      sandbox.api.update(PODS, { ...created, status: running }, { ...TEST, subresource: 'status' });
    }
    const spec = { minAvailable: 2, selector: { matchLabels: { app: 'web' } } };
    const metadata = { name: 'web', namespace: 'default' };
    sandbox.api.create(BUDGETS, { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, spec }, TEST);
    count(2, 0);
  });
  after(async () => {
    await sandbox.close();
    rmSync(stateDir, { recursive: true });
  });
  const count = (currentHealthy: number, disruptionsAllowed: number): void => {
    const status = { currentHealthy, desiredHealthy: 2, expectedPods: 2, disruptionsAllowed };
    sandbox.api.patch(BUDGETS, 'default', 'web', { status }, { ...TEST, subresource: 'status' });
  };
  const evict = async (name: string, named = name): Promise<ReplayAnswer | undefined> => {
    const body: JsonObject = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: named } };
    const path = `/api/v1/namespaces/default/pods/${name}/eviction`;
    const [answer] = await play(targetOf(sandbox.kubeconfig), [{ about: 'evict', method: 'POST', path, body }]);
    return answer;
  };

  it('is refused while a budget needs the pod', async () => {
    const answer = await evict('first');
    assert.equal(answer?.status, 429);
    assert.equal(getPath(answer.body, 'message'), "Cannot evict pod as it would violate the pod's disruption budget.");
    assert.deepEqual(getPath(answer.body, 'details', 'causes'), [
      { reason: 'DisruptionBudget', message: 'The disruption budget web needs 2 healthy pods and has 2 currently' },
    ]);
  });

  it('is refused under another name, and for a pod that is not there', async () => {
    assert.equal((await evict('first', 'second'))?.status, 400);
    assert.equal((await evict('third'))?.status, 404);
  });

  it('deletes the pod where the budget has room', async () => {
    count(3, 1);
    const answer = await evict('first');
    assert.equal(answer?.status, 201);
    assert.equal(getPath(answer.body, 'status'), 'Success');
    const left = sandbox.api.list(PODS, { namespace: 'default' }).map((each) => each.metadata['name']);
    assert.deepEqual(left, ['second']);
  });
});
