import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject, KubernetesObject } from '@capstan/object';
import { fromOpenApi } from '@capstan/object/merge';
import { normalizeSecret } from './normalize-secret.ts';
import { normalize, remarshal, withoutNamespace } from './normalize.ts';

function object(apiVersion: string, kind: string, fields: JsonObject): KubernetesObject {
  return { apiVersion, kind, metadata: { name: 'a' }, ...fields };
}

describe('a Secret as the server stores it', () => {
  it('has its stringData in its data, and empty texts for nulls', () => {
    assert.deepEqual(
      normalizeSecret({ kind: 'Secret', data: { a: null, b: 'YmI=\n' }, stringData: { b: 'c', d: 'ü€😀' } }),
      { kind: 'Secret', data: { a: '', b: 'Yw==', d: 'w7zigqzwn5iA' } },
    );
    assert.deepEqual(normalizeSecret({ data: { a: 'YmI=\n' } }), { data: { a: 'YmI=' } });
  });

  it('keeps values that the server will refuse, and all others beside them as they are', () => {
    assert.deepEqual(normalizeSecret({ data: { a: null, b: 2 }, stringData: { c: false } }), {
      data: { a: null, b: 2, c: false },
    });
  });
});

describe('a comparable object', () => {
  it('has no rules where a role allows nothing, or where the server gathers them', () => {
    const role = (fields: JsonObject): KubernetesObject =>
      object('rbac.authorization.k8s.io/v1', 'ClusterRole', fields);
    assert.equal('rules' in normalize(role({ rules: [] })), false);
    assert.equal('rules' in normalize(role({ rules: null })), false);
    const gathered = role({ aggregationRule: {}, rules: [{ verbs: ['get'] }] });
    assert.equal('rules' in normalize(gathered), true);
    assert.equal('rules' in normalize(gathered, { ignoreAggregatedRoles: true }), false);
    assert.equal('rules' in normalize(role({ rules: [{}] }), { ignoreAggregatedRoles: true }), true);
  });

  it('has its endpoints in one order, with the protocol that is meant', () => {
    const one = { addresses: [{ ip: '10.0.0.2' }, { ip: '10.0.0.1' }], ports: [{ port: 80 }] };
    const other = { addresses: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }], ports: [{ port: 80, protocol: 'TCP' }] };
    const last = { addresses: [{ ip: '10.0.0.9' }] };
    assert.deepEqual(
      normalize(object('v1', 'Endpoints', { subsets: [last, one] })),
      normalize(object('v1', 'Endpoints', { subsets: [other, last] })),
    );
  });

  it('need not name its namespace, nor hold an empty mapping of annotations', () => {
    const metadata = { name: 'a', namespace: 'shop', annotations: {} };
    assert.deepEqual(withoutNamespace({ ...object('v1', 'ConfigMap', {}), metadata }).metadata, { name: 'a' });
    const wrong = { name: 'a', annotations: 'wrong' };
    assert.deepEqual(withoutNamespace({ ...object('v1', 'ConfigMap', {}), metadata: wrong }).metadata, wrong);
  });
});

describe('the canonical form of an object', () => {
  const types = fromOpenApi({
    components: {
      schemas: {
        Gauge: {
          type: 'object',
          'x-kubernetes-group-version-kind': [{ group: '', version: 'v1', kind: 'Gauge' }],
          properties: {
            apiVersion: { type: 'string' },
            kind: { type: 'string' },
            metadata: { type: 'object' },
            size: { type: 'string' },
            status: { type: 'object' },
          },
        },
      },
    },
  });
  const canonical = (gauge: KubernetesObject): KubernetesObject => ({ ...gauge, size: '200m', status: {} });

  it('has no field that the object did not have', () => {
    assert.deepEqual(remarshal(object('v1', 'Gauge', { size: '0.2' }), types, canonical), {
      ...object('v1', 'Gauge', { size: '200m' }),
    });
  });

  it('is the object itself where it does not fit its type, or has none', () => {
    const wrong = object('v1', 'Gauge', { size: '0.2', siez: '1' });
    assert.equal(remarshal(wrong, types, canonical), wrong);
    const unknown = object('v1', 'Dial', { size: '0.2' });
    assert.equal(remarshal(unknown, types, canonical), unknown);
  });
});
