import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { getPath, parseObject, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { keepDrifted } from './keep-drifted.ts';

const OURS = 'kustomize-controller';

function deployment(spec: JsonObject, metadata: JsonObject = {}): KubernetesObject {
  return parseObject(
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', ...metadata }, spec },
    'test',
  );
}

function applied(manager: string, fieldsV1: JsonObject, more: JsonObject = {}): JsonValue {
  return { manager, operation: 'Apply', apiVersion: 'apps/v1', fieldsType: 'FieldsV1', fieldsV1, ...more };
}

const replicas = { 'f:spec': { 'f:replicas': {} } };

describe('fields that an apply leaves as they are', () => {
  it('are left out where another manager has applied them', () => {
    const live = deployment({ replicas: 5 }, { managedFields: [applied('vpa', replicas)] });
    const desired = deployment({ replicas: 2, paused: true });
    const kept = keepDrifted({ desired, live, predicted: desired }, ['/spec/replicas'], OURS);
    assert.deepEqual(kept['spec'], { paused: true });
    assert.deepEqual(desired['spec'], { replicas: 2, paused: true });
  });

  for (const [what, managedFields] of [
    ['nobody has applied them', [{ ...(applied('hpa', replicas) as JsonObject), operation: 'Update' }]],
    ['we alone have', [applied(OURS, replicas)]],
    ['another has applied a subresource', [applied('hpa', replicas, { subresource: 'scale' })]],
  ] as const)
    it(`have their live values where ${what}`, () => {
      const live = deployment({ replicas: 5 }, { managedFields });
      const desired = deployment({ replicas: 2, paused: true });
      const kept = keepDrifted({ desired, live, predicted: desired }, ['/spec/replicas'], OURS);
      assert.deepEqual(kept['spec'], { replicas: 5, paused: true });
    });

  it('are those of Git where nothing would change, so that they stay ours', () => {
    const live = deployment({ replicas: 2 }, { managedFields: [applied('hpa', replicas), applied(OURS, replicas)] });
    const desired = deployment({ replicas: 2 });
    assert.equal(keepDrifted({ desired, live, predicted: desired }, ['/spec/replicas'], OURS), desired);
  });

  it('are kept where Git has dropped them, and not rolled out where Git has brought them', () => {
    const annotated = { annotations: { 'example.com/a~b': 'live' } };
    const pointer = ['/metadata/annotations/example.com~1a~0b'];
    const bare = deployment({});
    const gone = keepDrifted({ desired: bare, live: deployment({}, annotated), predicted: bare }, pointer, OURS);
    assert.equal(getPath(gone.metadata, 'annotations', 'example.com/a~b'), 'live');
    const come = deployment({}, annotated);
    const kept = keepDrifted({ desired: come, live: bare, predicted: come }, pointer, OURS);
    assert.deepEqual(kept.metadata['annotations'], {});
  });

  it('are found in lists by the keys of their items', () => {
    const containers = (...memory: readonly string[]) => ({
      template: { spec: { containers: memory.map((size, at) => ({ name: `c${at}`, resources: { memory: size } })) } },
    });
    const fieldsV1 = {
      'f:spec': {
        'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"c1"}': { '.': {}, 'f:resources': {} } } } },
      },
    };
    const live = deployment(containers('9', '9'), { managedFields: [applied('vpa', fieldsV1)] });
    const desired = deployment(containers('1', '1'));
    const pointers = [0, 1].map((at) => `/spec/template/spec/containers/${at}/resources`);
    const kept = keepDrifted({ desired, live, predicted: desired }, pointers, OURS);
    assert.deepEqual(getPath(kept, 'spec', 'template', 'spec', 'containers'), [
      { name: 'c0', resources: { memory: '9' } },
      { name: 'c1' },
    ]);
  });

  it('are none where a pointer leads nowhere', () => {
    const desired = deployment({ replicas: 2 });
    const live = deployment({ replicas: 5 });
    for (const pointer of ['', 'spec/replicas', '/spec/replicas/deeper', '/spec/nothing', '/spec/list/-1'])
      assert.equal(keepDrifted({ desired, live, predicted: desired }, [pointer], OURS), desired);
  });

  it('may be named like what every object inherits', () => {
    const data = JSON.parse('{"__proto__": "live"}') as JsonObject;
    const live = parseObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data }, 'test');
    const desired = parseObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }, 'test');
    const kept = keepDrifted({ desired, live, predicted: desired }, ['/data/__proto__'], OURS);
    assert.deepEqual(Object.entries(kept['data'] as JsonObject), [['__proto__', 'live']]);
  });
});
