import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { isJsonObject, type JsonValue } from '@capstan/object';
import { parse } from '@capstan/yaml';
import { argoResources, crdOf, fluxResources, type CustomResource } from './index.ts';

const folder = process.env['CRDS_DIR'] ?? new URL('../../../../shared/crds', import.meta.url).pathname;
const files: Record<string, string> = {
  Application: 'argo-cd/application-crd.yaml',
  AppProject: 'argo-cd/appproject-crd.yaml',
  GitRepository: 'flux/source.toolkit.fluxcd.io_gitrepositories.yaml',
  Kustomization: 'flux/kustomize.toolkit.fluxcd.io_kustomizations.yaml',
};

describe('the CRDs that we print', { skip: existsSync(folder) ? false : `no ${folder}` }, () => {
  for (const resource of [...argoResources, ...fluxResources]) {
    it(`${resource.kind}: accepts and keeps exactly what upstream's does`, () => {
      const upstream = specOf(resource);
      const ours = normal(crdOf(resource)['spec'] ?? null);
      assert.deepEqual(ours, normal(upstream));
    });
  }
});

function specOf(resource: CustomResource): JsonValue {
  const text = readFileSync(`${folder}/${files[resource.kind] ?? ''}`, 'utf8');
  const crd = parse(text, { rules: 'v2' });
  assert.ok(isJsonObject(crd));
  return crd['spec'] ?? null;
}

/** What a CRD means: no prose, no order of required fields or of rules' keys. */
function normal(value: JsonValue, inside = ''): JsonValue {
  if (Array.isArray(value)) {
    const items = (value as readonly JsonValue[]).map((item) => normal(item));
    return inside === 'required' ? [...items].sort() : items;
  }
  if (!isJsonObject(value)) return value;
  const keep = (key: string): boolean => inside === 'properties' || (key !== 'description' && key !== 'conversion');
  const entries = Object.entries(value).filter(([key]) => keep(key));
  return Object.fromEntries(entries.map(([key, item]) => [key, normal(item, key)]));
}
