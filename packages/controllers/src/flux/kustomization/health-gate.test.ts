import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { refOf, type JsonObject, type KubernetesObject } from '@capstan/object';
import { healthCheckRef, judgeHealth } from './health-gate.ts';

const job = (name: string, spec: JsonObject, status: JsonObject): KubernetesObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, namespace: 'shop', generation: 1 },
  spec,
  status,
});
const done = job('done', {}, { startTime: '2026-01-01T00:00:00Z', conditions: [{ type: 'Complete', status: 'True' }] });
const running = job('running', {}, { startTime: '2026-01-01T00:00:00Z', active: 1 });
const suspended = job('suspended', { suspend: true }, {});
const broken = job('broken', {}, { conditions: [{ type: 'Failed', status: 'True', message: 'no' }] });

function judge(
  objects: readonly KubernetesObject[],
  options: { readonly expired?: boolean; readonly failFast?: boolean },
) {
  const cluster = {
    live: {
      get: (ref: { readonly name: string }) => Promise.resolve(objects.find((one) => refOf(one).name === ref.name)),
    },
  };
  const { expired = false, failFast = false } = options;
  const now = new Date('2026-01-01T00:01:00Z');
  return judgeHealth(cluster, objects.map(refOf), { now, expired, failFast, signal: new AbortController().signal });
}

describe('waiting for health', () => {
  it('passes when Jobs are done or suspended', async () => {
    assert.deepEqual(await judge([done, suspended], {}), { kind: 'passed' });
  });

  it('waits for a Job that runs', async () => {
    assert.deepEqual(await judge([done, running], {}), { kind: 'waiting' });
  });

  it('ends at the first failure where that is asked for, else when nothing is on its way any more', async () => {
    const failed = {
      kind: 'failed',
      message: "failed early due to stalled resources: [Job/shop/broken status: 'Failed']",
    };
    assert.deepEqual(await judge([running, broken], {}), { kind: 'waiting' });
    assert.deepEqual(await judge([running, broken], { failFast: true }), failed);
    assert.deepEqual(await judge([done, broken], {}), failed);
  });

  it('names at the deadline whatever is not current', async () => {
    assert.deepEqual(await judge([done, running], { expired: true }), {
      kind: 'failed',
      message: "timeout waiting for: [Job/shop/running status: 'InProgress']",
    });
  });

  it('takes apps/v1 where a check names no version', () => {
    assert.deepEqual(healthCheckRef({ kind: 'Deployment', name: 'web', namespace: 'shop' }), {
      group: 'apps',
      version: 'v1',
      kind: 'Deployment',
      namespace: 'shop',
      name: 'web',
    });
  });
});
