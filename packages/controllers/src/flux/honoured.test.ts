import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crdOf, fluxResources, type CustomResource } from '@capstan/api';
import { isCapstanError } from '@capstan/errors';
import { getPath, isJsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { honoured, honouredMarks, refuseUnhonoured, unhonoured } from './honoured.ts';

const table = { GitRepository: [], Kustomization: ['kubeConfig.configMapRef', 'healthCheckExprs', 'force'] };

describe('what Flux honours', () => {
  for (const resource of fluxResources) {
    it(`has every field of ${resource.kind}'s spec either honoured or refused`, () => {
      const kind = resource.kind === 'GitRepository' ? 'GitRepository' : 'Kustomization';
      const known = [...honoured[kind], ...unhonoured[kind].filter((field) => !field.includes('.'))];
      assert.deepEqual(known.sort(), specFieldsOf(resource).sort());
    });
  }

  it('has every mark that kustomize-controller knows either honoured or named as refused', () => {
    assert.deepEqual(Object.keys(honouredMarks).sort(), [
      'decrypt',
      'force',
      'prune',
      'reconcile',
      'ssa',
      'substitute',
    ]);
  });

  it('refuses a field that is set, by name', () => {
    assert.throws(
      () => refuseUnhonoured('Kustomization', kustomization({ kubeConfig: { configMapRef: { name: 'a' } } }), table),
      (error) => isCapstanError(error, 'NOT_HONOURED') && error.data['field'] === 'spec.kubeConfig.configMapRef',
    );
  });

  it('takes what means the same as leaving the field out', () => {
    refuseUnhonoured('Kustomization', kustomization({ healthCheckExprs: [], force: false }), table);
  });

  it('refuses nothing of what there is', () => {
    assert.deepEqual(unhonoured, { GitRepository: [], Kustomization: [] });
  });
});

function specFieldsOf(resource: CustomResource): string[] {
  const versions = getPath(crdOf(resource), 'spec', 'versions');
  const first: JsonValue | undefined = Array.isArray(versions) ? (versions[0] as JsonValue) : undefined;
  const properties = getPath(first, 'schema', 'openAPIV3Schema', 'properties', 'spec', 'properties');
  assert.ok(isJsonObject(properties));
  return Object.keys(properties);
}

function kustomization(spec: Readonly<Record<string, JsonValue>>): KubernetesObject {
  return { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', metadata: { name: 'a' }, spec };
}
