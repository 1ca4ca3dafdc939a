import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applicationResource, appProjectResource, structuralSchema } from '@capstan/api';
import { isCapstanError } from '@capstan/errors';
import { getPath, isJsonObject, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { fields, refuseUnhonoured, refuseUnhonouredOperation, refuseUnhonouredProject } from './honoured.ts';

/** Every field below `path`: those of mappings and of the items of lists, none below a field that the table has. */
function uncovered(
  schema: JsonValue | undefined,
  path: readonly string[],
  table: Readonly<Record<string, string>>,
): readonly string[] {
  if (Object.hasOwn(table, path.join('.'))) return [];
  const properties = getPath(schema, 'properties');
  if (!isJsonObject(properties)) return [path.join('.')];
  return Object.entries(properties).flatMap(([name, inner]) => uncovered(inner, [...path, name], table));
}

function application(spec: JsonObject, rest: JsonObject = {}): KubernetesObject {
  const source = { repoURL: 'https://git.example/repo', path: 'app' };
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'web', namespace: 'argocd' },
    ...rest,
    spec: { project: 'default', source, destination: { server: 'https://kubernetes.default.svc' }, ...spec },
  };
}

const refusal = (field: string) => (error: unknown) =>
  isCapstanError(error, 'NOT_HONOURED') && error.message.includes(field);

describe('the table of what is honoured', () => {
  it('covers every field of an Application that anybody but the controller writes', () => {
    const schema = structuralSchema(applicationResource.schema);
    const found = ['spec', 'operation'].flatMap((part) =>
      uncovered(getPath(schema, 'properties', part), [part], fields.Application),
    );
    assert.deepEqual(found, []);
  });

  it('covers every field of an AppProject', () => {
    const schema = structuralSchema(appProjectResource.schema);
    assert.deepEqual(uncovered(getPath(schema, 'properties', 'spec'), ['spec'], fields.AppProject), []);
  });

  it('names no field that the resources do not have', () => {
    for (const [resource, table] of [
      [applicationResource, fields.Application],
      [appProjectResource, fields.AppProject],
    ] as const) {
      const schema = structuralSchema(resource.schema);
      for (const path of Object.keys(table)) {
        const steps = path.split('.').flatMap((name) => ['properties', name]);
        assert.notEqual(getPath(schema, ...steps), undefined, path);
      }
    }
  });
});

describe('what is not honoured', () => {
  it('stops an Application by the name of the field', () => {
    const source = { repoURL: 'https://git.example/repo', path: 'app' };
    assert.throws(
      () => refuseUnhonoured(application({ source: { ...source, helm: { releaseName: 'a' } } })),
      refusal('spec.source.helm'),
    );
  });

  it('is looked for in every source of a list, and not in the single one that it takes the place of', () => {
    const source = { repoURL: 'https://git.example/repo', path: 'app' };
    const chart = { ...source, helm: { releaseName: 'a' } };
    assert.throws(() => refuseUnhonoured(application({ sources: [source, chart] })), refusal('spec.source.helm'));
    refuseUnhonoured(application({ source: chart, sources: [source, { ...source, ref: 'values' }] }));
    assert.throws(
      () => refuseUnhonouredOperation(application({}, { operation: { sync: { sources: [source, chart] } } })),
      refusal('spec.source.helm'),
    );
  });

  it('is not there where a field says nothing', () => {
    const source = { repoURL: 'https://git.example/repo', path: 'app', directory: { recurse: true, jsonnet: {} } };
    refuseUnhonoured(application({ source, ignoreDifferences: [] }));
  });

  it('lets through what an operation brings along, and projects that want signatures', () => {
    refuseUnhonouredOperation(application({}, { operation: { sync: { manifests: ['a'] } } }));
    refuseUnhonouredProject({ ...application({}), spec: { signatureKeys: [{ keyID: 'A' }] } });
  });
});
