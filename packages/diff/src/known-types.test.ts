import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseObject, type JsonObject } from '@capstan/object';
import { withKnownTypes } from './known-types.ts';

const schemas: Readonly<Record<string, JsonObject>> = {
  'io.k8s.api.core.v1.PodSpec': {
    properties: {
      nodeName: { type: 'string' },
      resources: { allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.ResourceRequirements' }] },
    },
  },
  'io.k8s.api.core.v1.ResourceRequirements': {
    properties: {
      limits: { additionalProperties: { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity' } },
    },
  },
};

const known = (spec: JsonObject, field: string, type: string) =>
  withKnownTypes(
    parseObject({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'a' }, spec }, 'test'),
    [{ field, type }],
    (name) => schemas[name],
  )['spec'];

describe('a field that holds a type of Kubernetes', () => {
  it('has its quantities in canonical form and nothing that the type does not know', () => {
    const spec = { template: { spec: { resources: { limits: { cpu: '1000m' } }, nodeName: 'n', unknown: 1 } } };
    assert.deepEqual(known(spec, 'spec.template.spec', 'core/v1/PodSpec'), {
      template: { spec: { resources: { limits: { cpu: '1' } }, nodeName: 'n' } },
    });
  });

  it('is found in every item of a list on the way', () => {
    const spec = { steps: [{ wait: '60s' }, { wait: 'never' }, {}] };
    assert.deepEqual(known(spec, 'spec.steps.wait', 'meta/v1/Duration'), {
      steps: [{ wait: '1m0s' }, { wait: 'never' }, {}],
    });
  });

  it('stays as it is where the type is unknown', () => {
    assert.deepEqual(known({ size: '1000m' }, 'spec.size', 'apps/v1/Other'), { size: '1000m' });
  });
});
