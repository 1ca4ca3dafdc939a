import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KindSchema } from '@capstan/kube';
import type { JsonObject, KubernetesObject } from '@capstan/object';
import { normalizeObject } from './normalize.ts';

const text = { type: 'string' } as const;
const struct = (name: string): JsonObject => ({ allOf: [{ $ref: `#/components/schemas/${name}` }], default: {} });
const list = (name: string): JsonObject => ({ type: 'array', items: { $ref: `#/components/schemas/${name}` } });

const schemas: JsonObject = {
  Deployment: {
    properties: {
      apiVersion: text,
      kind: text,
      metadata: struct('Meta'),
      spec: struct('Spec'),
      status: struct('Status'),
    },
  },
  Secret: {
    properties: {
      data: { type: 'object', additionalProperties: text },
      stringData: { type: 'object', additionalProperties: text },
    },
  },
  Meta: { properties: { name: text, creationTimestamp: { type: 'string', format: 'date-time', default: {} } } },
  Spec: { properties: { replicas: { type: 'integer' }, strategy: struct('Strategy'), template: struct('Template') } },
  Strategy: { properties: { type: text } },
  Status: { properties: { replicas: { type: 'integer' } } },
  Template: { properties: { spec: { $ref: '#/components/schemas/PodSpec' } } },
  PodSpec: { properties: { containers: list('Container') } },
  Container: { properties: { name: text, resources: struct('Resources'), ports: list('Port') } },
  Resources: { properties: { limits: { type: 'object', additionalProperties: text } } },
  Port: { properties: { containerPort: { type: 'integer' }, protocol: text } },
};
const schemaOf = (schemaName: string): KindSchema => ({
  hash: '',
  document: { components: { schemas } },
  schemaName,
});
const deployment = (spec: JsonObject): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec,
});

describe('normalizing as Go types do', () => {
  it('drops fields that the type does not have, and adds empty structs', () => {
    const normalized = normalizeObject(deployment({ replicas: 2, replicaCount: 3 }), schemaOf('Deployment'));
    assert.deepEqual(normalized, deployment({ replicas: 2, strategy: {}, template: {} }));
  });

  it('takes a null among texts by name for an empty one', () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, stringData: { a: null, b: 'c' } };
    assert.deepEqual(normalizeObject(secret, schemaOf('Secret'))['data'], { a: '', b: 'Yw==' });
  });

  it('gives ports of containers a protocol, and containers their resources', () => {
    const given = deployment({ template: { spec: { containers: [{ name: 'a', ports: [{ containerPort: 80 }] }] } } });
    assert.deepEqual(normalizeObject(given, schemaOf('Deployment'))['spec'], {
      strategy: {},
      template: {
        spec: { containers: [{ name: 'a', resources: {}, ports: [{ containerPort: 80, protocol: 'TCP' }] }] },
      },
    });
  });

  it('leaves an object as it is that does not fit its type, so that the server says so', () => {
    const given = deployment({ replicas: 'two', replicaCount: 3 });
    assert.equal(normalizeObject(given, schemaOf('Deployment')), given);
  });

  it('turns the texts of a Secret into bytes', () => {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'a' },
      data: { a: 'QQ==' },
      stringData: { b: 'B' },
    };
    assert.deepEqual(normalizeObject(secret, schemaOf('Secret')), {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'a' },
      data: { a: 'QQ==', b: 'Qg==' },
    });
  });

  it('leaves roles alone', () => {
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'a' }, foo: 1 };
    assert.equal(normalizeObject(role, schemaOf('Deployment')), role);
  });
});
