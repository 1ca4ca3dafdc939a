import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import type { JsonObject, KubernetesObject } from '@capstan/object';
import { healthExpressions } from './health-expressions.ts';

const check = { apiVersion: 'a.example.com/v1', kind: 'Gauge', current: "status.phase == 'Ready'" };

function gauge(status?: JsonObject, metadata: JsonObject = {}): KubernetesObject {
  const object = { apiVersion: 'a.example.com/v1', kind: 'Gauge', metadata: { name: 'a', ...metadata } };
  return status === undefined ? object : { ...object, status };
}

describe('health by expressions', () => {
  it('asks for in progress, then failed, then current, and is in progress where none holds', () => {
    const health = healthExpressions([
      { ...check, inProgress: "status.phase == 'Waiting'", failed: "status.phase in ['Broken', 'Waiting']" },
    ]);
    const statuses = ['Waiting', 'Broken', 'Ready', 'Other'].map((phase) => health.statusOf(gauge({ phase }))?.status);
    assert.deepEqual(statuses, ['InProgress', 'Failed', 'Current', 'InProgress']);
  });

  it('is in progress while the generation has not been observed, where that is a number', () => {
    const health = healthExpressions([check]);
    assert.equal(
      health.statusOf(gauge({ phase: 'Ready', observedGeneration: 1 }, { generation: 2 }))?.status,
      'InProgress',
    );
    assert.equal(
      health.statusOf(gauge({ phase: 'Ready', observedGeneration: '1' }, { generation: 2 }))?.status,
      'Current',
    );
  });

  it('is unknown where an expression cannot be evaluated, and says what was missing', () => {
    assert.deepEqual(healthExpressions([check]).statusOf(gauge()), {
      status: 'Unknown',
      problem: `failed to evaluate the CEL expression '${check.current}': no such attribute(s): status.phase`,
    });
    assert.deepEqual(healthExpressions([{ ...check, current: 'kind' }]).statusOf(gauge()), {
      status: 'Unknown',
      problem: "failed to evaluate CEL expression as boolean: 'kind'",
    });
  });

  it('judges all kinds of a group where none is named, and no other group', () => {
    const health = healthExpressions([{ apiVersion: check.apiVersion, current: 'true' }]);
    assert.equal(health.statusOf(gauge())?.status, 'Current');
    assert.equal(health.statusOf({ apiVersion: 'v1', kind: 'Gauge', metadata: {} }), undefined);
  });

  it('refuses two of one kind, and what cannot be read, by its place', () => {
    for (const [checks, words] of [
      [[check, check], 'duplicate custom health check for GroupKind Gauge.a.example.com at healthchecks[1]'],
      [
        [check, { ...check, kind: 'Other', failed: 'status.' }],
        'healthchecks[1]: failed to parse the expression Failed',
      ],
      [[{ ...check, current: '' }], 'expression Current not specified'],
    ] as const)
      assert.throws(
        () => healthExpressions(checks),
        (error) => isCapstanError(error, 'SPEC_INVALID') && error.message.includes(words),
      );
  });
});
