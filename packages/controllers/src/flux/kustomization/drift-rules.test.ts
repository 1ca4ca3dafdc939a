import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { parseObject, type JsonObject } from '@capstan/object';
import { driftRules } from './drift-rules.ts';
import type { Spec } from './run.ts';

function deployment(name: string, replicas: number, labels: JsonObject = {}) {
  return parseObject(
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'shop', labels }, spec: { replicas } },
    'test',
  );
}

type Target = NonNullable<Spec['ignore']>[number]['target'];

/** The replicas that are applied where Git has 2 and the cluster 5. */
function appliedOf(target: Target, labels: JsonObject = {}): unknown {
  const rules = driftRules({ ignore: [{ paths: ['/spec/replicas'], ...(target === undefined ? {} : { target }) }] });
  const desired = deployment('web', 2, labels);
  return (rules?.keep({ desired, live: deployment('web', 5, labels), predicted: desired })['spec'] as JsonObject)[
    'replicas'
  ];
}

describe('the rules of what others may change', () => {
  it('are for all objects where they have no target', () => {
    assert.equal(appliedOf(undefined), 5);
    assert.equal(driftRules({}), undefined);
  });

  for (const [target, wanted] of [
    [{ kind: 'Deployment', group: 'apps', version: 'v1' }, 5],
    [{ kind: 'Deploy' }, 2],
    [{ name: 'w.*', namespace: 'shop' }, 5],
    [{ namespace: 'sho' }, 2],
    [{ labelSelector: 'tier in (front)' }, 5],
    [{ labelSelector: 'tier!=front' }, 2],
    [{ annotationSelector: 'absent' }, 2],
  ] as const)
    it(`are ${wanted === 5 ? '' : 'not '}for an object that ${JSON.stringify(target)} is asked about`, () => {
      assert.equal(appliedOf(target, { tier: 'front' }), wanted);
    });

  it('are refused where a target cannot be read', () => {
    for (const target of [{ kind: '(' }, { labelSelector: 'a in' }])
      assert.throws(
        () => driftRules({ ignore: [{ paths: [], target }] }),
        (error) =>
          isCapstanError(error, 'SPEC_INVALID') && error.message.startsWith('failed to create ignore rule selector: '),
      );
  });
});
