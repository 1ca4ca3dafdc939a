import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { getPath } from '@capstan/object';
import { apiGroups, builtinResource, openApiDocument, resolveSchema, schemaOf } from './index.ts';

describe('the schema of the built-in kinds', () => {
  it('knows Deployments with their short name, category and scale subresource', () => {
    const deployments = builtinResource('apps', 'v1', 'deployments');
    assert.equal(deployments?.kind, 'Deployment');
    assert.equal(deployments.singular, 'deployment');
    assert.deepEqual(deployments.shortNames, ['deploy']);
    assert.deepEqual(deployments.categories, ['all']);
    assert.deepEqual(
      deployments.subresources.find((entry) => entry.name === 'scale'),
      { name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] },
    );
  });

  it('has a document for every group-version, with a schema for every kind that can be created', () => {
    for (const group of apiGroups()) {
      for (const { version, resources } of group.versions) {
        assert.notEqual(openApiDocument(group.name, version), undefined);
        for (const resource of resources) {
          if (!resource.verbs.includes('list')) continue;
          const gvk = { group: group.name, version, kind: resource.kind };
          assert.notEqual(schemaOf(gvk), undefined, `${gvk.group}/${gvk.version} ${gvk.kind}`);
        }
      }
    }
  });

  it('keeps the merge facts, the defaults and the reference behind a default', () => {
    const document = openApiDocument('apps', 'v1') ?? {};
    const pod = getPath(document, 'components', 'schemas', 'io.k8s.api.core.v1.PodSpec', 'properties', 'containers');
    assert.equal(getPath(pod, 'x-kubernetes-patch-merge-key'), 'name');
    assert.deepEqual(getPath(pod, 'x-kubernetes-list-map-keys'), ['name']);
    const port = getPath(
      document,
      'components',
      'schemas',
      'io.k8s.api.core.v1.ContainerPort',
      'properties',
      'protocol',
    );
    assert.equal(getPath(port, 'default'), 'TCP');
    const deployment = schemaOf({ group: 'apps', version: 'v1', kind: 'Deployment' }) ?? {};
    const spec = getPath(deployment, 'properties', 'spec');
    const resolved = resolveSchema(document, spec as never);
    assert.deepEqual(getPath(resolved, 'required'), ['selector', 'template']);
  });

  it('carries no descriptions', () => {
    assert.equal(JSON.stringify(openApiDocument('apps', 'v1')).includes('"description":"'), false);
  });
});
