import { parseObject, type JsonObject, type KubernetesObject } from '@capstan/object';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { discoverBuiltInActions, kindsWithActions, runBuiltInAction } from './index.ts';

const now = new Date('2026-01-15T12:30:20Z');

function objectOf(apiVersion: string, kind: string, rest: JsonObject = {}): KubernetesObject {
  return parseObject({ apiVersion, kind, metadata: { name: 'web', namespace: 'shop', uid: 'u1' }, ...rest }, 'object');
}

function enabled(object: KubernetesObject): readonly string[] {
  return discoverBuiltInActions(object)
    .filter((action) => action.disabled !== true)
    .map(({ name }) => name);
}

function run(object: KubernetesObject, name: string, parameters: Readonly<Record<string, string>> = {}): JsonObject {
  const [operation, ...others] = runBuiltInAction(object, name, { parameters, now }) ?? [];
  assert.deepEqual(others, []);
  assert.ok(operation !== undefined);
  return operation.resource;
}

describe('the actions of a kind', () => {
  it('follow the state of the object', () => {
    assert.deepEqual(enabled(objectOf('apps/v1', 'Deployment')), ['restart', 'pause', 'scale']);
    assert.deepEqual(enabled(objectOf('apps/v1', 'Deployment', { spec: { paused: true } })), [
      'restart',
      'resume',
      'scale',
    ]);
    assert.deepEqual(enabled(objectOf('batch/v1', 'CronJob', { spec: { suspend: true } })), ['create-job', 'resume']);
    const ended = { status: { conditions: [{ type: 'Complete', status: 'True' }] } };
    assert.deepEqual(enabled(objectOf('batch/v1', 'Job', ended)), []);
  });

  it('are none for a kind that has none', () => {
    assert.deepEqual(discoverBuiltInActions(objectOf('v1', 'ConfigMap')), []);
    assert.equal(runBuiltInAction(objectOf('v1', 'ConfigMap'), 'restart', { parameters: {}, now }), undefined);
    assert.equal(
      runBuiltInAction(objectOf('apps/v1', 'Deployment'), 'constructor', { parameters: {}, now }),
      undefined,
    );
  });

  it('are as many sets as Argo CD has', () => {
    assert.equal(kindsWithActions.length, 36);
  });

  it('can be discovered and run on an object that holds nothing', () => {
    for (const key of kindsWithActions) {
      const [group = '', kind = ''] = key.split('/');
      const bare = objectOf(`${group}/v1`, kind);
      for (const { name } of discoverBuiltInActions(bare)) {
        const parameters = { replicas: '1', instance: 'any' };
        if (key === 'postgresql.cnpg.io/Cluster' && name === 'promote') continue;
        assert.ok(runBuiltInAction(bare, name, { parameters, now }) !== undefined, `${key} ${name}`);
      }
    }
  });
});

describe('an action', () => {
  it('changes what it is for, and leaves the object that it is given as it was', () => {
    const before = objectOf('apps/v1', 'Deployment', {
      spec: { replicas: 1, template: { metadata: { labels: { a: 'b' } } } },
    });
    const copy = structuredClone(before);
    assert.deepEqual(run(before, 'restart')['spec'], {
      replicas: 1,
      template: {
        metadata: { labels: { a: 'b' }, annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-01-15T12:30:20Z' } },
      },
    });
    assert.deepEqual(run(before, 'scale', { replicas: '5' })['spec'], { ...(copy['spec'] as JsonObject), replicas: 5 });
    assert.deepEqual(before, copy);
  });

  it('refuses a parameter that it cannot use', () => {
    const deployment = objectOf('apps/v1', 'Deployment');
    assert.throws(() => run(deployment, 'scale', { replicas: 'many' }), {
      code: 'ACTION_FAILED',
      message: 'invalid number: many',
    });
    assert.throws(() => run(deployment, 'scale'), { code: 'ACTION_FAILED' });
    assert.throws(() => run(objectOf('keda.sh/v1alpha1', 'ScaledObject'), 'paused-replicas', { replicas: '-1' }), {
      message: 'invalid number: -1 (must be >= 0)',
    });
  });

  it('that creates keeps empty mappings, and names its source as owner', () => {
    const template = { spec: { template: { spec: { volumes: [{ name: 'tmp', emptyDir: {} }] } } } };
    const cronJob = objectOf('batch/v1', 'CronJob', {
      spec: { jobTemplate: { metadata: { labels: { a: 'b' } }, ...template } },
    });
    assert.deepEqual(runBuiltInAction(cronJob, 'create-job', { parameters: {}, now }), [
      {
        operation: 'create',
        resource: {
          apiVersion: 'batch/v1',
          kind: 'Job',
          metadata: {
            name: 'web-2601151230',
            namespace: 'shop',
            labels: { a: 'b' },
            annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' },
            ownerReferences: [
              {
                apiVersion: 'batch/v1',
                kind: 'CronJob',
                name: 'web',
                uid: 'u1',
                blockOwnerDeletion: true,
                controller: true,
              },
            ],
          },
          spec: template.spec,
        },
      },
    ]);
  });

  it('switches over to the next healthy instance of a database', () => {
    const status = { currentPrimary: 'web-3', instancesStatus: { healthy: ['web-1', 'web-3'] } };
    const cluster = objectOf('postgresql.cnpg.io/v1', 'Cluster', { status });
    const chosen = (instance: string): unknown =>
      (run(cluster, 'promote', { instance })['status'] as JsonObject)['targetPrimary'];
    assert.deepEqual([chosen('any'), chosen('1'), chosen('web-3')], ['web-1', 'web-1', 'web-3']);
    assert.throws(() => chosen('2'), { message: 'Could not find a healthy instance matching the criteria: 2' });
  });
});
