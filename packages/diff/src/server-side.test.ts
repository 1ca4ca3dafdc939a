import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject, KubernetesObject } from '@capstan/object';
import { applyServerSide, fromOpenApi, recordUpdate } from '@capstan/object/merge';
import { predictServerSide, type ServerSideRules } from './server-side.ts';

const types = fromOpenApi({
  components: {
    schemas: {
      Gauge: {
        type: 'object',
        'x-kubernetes-group-version-kind': [{ group: 'example.com', version: 'v1', kind: 'Gauge' }],
        properties: {
          apiVersion: { type: 'string' },
          kind: { type: 'string' },
          metadata: { type: 'object' },
          spec: { type: 'object', additionalProperties: { type: 'string' } },
        },
      },
    },
  },
});
const now = new Date('2026-01-01T00:00:00Z');
const rules: ServerSideRules = { manager: 'kustomize-controller', types, isCustom: true, hasStatus: false, now };
const gauge = (spec: JsonObject): KubernetesObject => ({
  apiVersion: 'example.com/v1',
  kind: 'Gauge',
  metadata: { name: 'a' },
  spec,
});

function applied(object: KubernetesObject, manager = rules.manager): KubernetesObject {
  const outcome = applyServerSide({ live: undefined, applied: object, manager, now, schema: types });
  assert.equal(outcome.kind, 'changed');
  return outcome.kind === 'changed' ? outcome.object : object;
}

function edited(live: KubernetesObject, spec: JsonObject, manager: string): KubernetesObject {
  return recordUpdate({ live, updated: { ...live, spec }, manager, now, schema: types }).object;
}

describe('a predicted server-side apply', () => {
  it('creates what is not there', () => {
    assert.deepEqual(predictServerSide(gauge({ a: '1' }), undefined, rules), { verdict: 'create' });
  });

  it('leaves alone what is as it was applied, and what others added', () => {
    const live = edited(applied(gauge({ a: '1' })), { a: '1', b: '2' }, 'autoscaler');
    assert.deepEqual(predictServerSide(gauge({ a: '1' }), live, rules), { verdict: 'unchanged' });
  });

  it('takes back what somebody changed', () => {
    const prediction = predictServerSide(
      gauge({ a: '1' }),
      edited(applied(gauge({ a: '1' })), { a: '9' }, 'someone'),
      rules,
    );
    assert.equal(prediction.verdict, 'update');
    assert.deepEqual(prediction.verdict === 'update' && prediction.differences, [
      { path: ['spec', 'a'], left: '1', right: '9' },
    ]);
  });

  it('drops what Git dropped', () => {
    const prediction = predictServerSide(gauge({ a: '1' }), applied(gauge({ a: '1', old: 'x' })), rules);
    assert.deepEqual(prediction.verdict === 'update' && prediction.differences, [
      { path: ['spec', 'old'], right: 'x' },
    ]);
  });

  it('drops what kubectl added, where kubectl is taken over', () => {
    const live = edited(applied(gauge({ a: '1' })), { a: '1', b: '2' }, 'kubectl-edit');
    const takeover = {
      manager: rules.manager,
      from: [{ prefix: 'kubectl', operation: 'Update' } as const],
      dropAnnotations: [],
      dropLabels: [],
    };
    const prediction = predictServerSide(gauge({ a: '1' }), live, { ...rules, takeover });
    assert.deepEqual(prediction.verdict === 'update' && prediction.differences, [{ path: ['spec', 'b'], right: '2' }]);
    assert.equal(prediction.verdict === 'update' && prediction.takeover?.operations.length, 1);
  });

  it('leaves the verdict to the server where there is no schema or no ownership', () => {
    assert.equal(
      predictServerSide(gauge({}), applied(gauge({})), { ...rules, types: undefined }).verdict,
      'unconfirmed',
    );
    assert.equal(predictServerSide(gauge({}), gauge({}), rules).verdict, 'unconfirmed');
  });
});
