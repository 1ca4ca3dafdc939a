import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { formatRef, gvkOf, refOf, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { allocateServiceAddresses, defaultsFor, prepareForCreate } from './index.ts';

interface Golden {
  readonly input: KubernetesObject;
  readonly stored: KubernetesObject;
}

const goldens = JSON.parse(
  readFileSync(new URL('./testdata/stored-objects.json', import.meta.url), 'utf8'),
) as readonly Golden[];

const NOW = '2026-01-02T03:04:05Z';
const UID = '11111111-2222-3333-4444-555555555555';

/** What varies from run to run, or is set by the store. */
function comparable(object: KubernetesObject): JsonValue {
  const {
    uid,
    creationTimestamp: _c,
    resourceVersion: _r,
    generation: _g,
    namespace: _n,
    managedFields: _m,
    ...metadata
  } = object.metadata;
  const text = JSON.stringify({ ...object, metadata })
    .replaceAll(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-xxxxx')
    .replaceAll(/"10\.0\.\d+\.\d+"/g, '"10.0.x.x"')
    .replaceAll(/"lastPhaseTransitionTime":"[^"]+"/g, `"lastPhaseTransitionTime":"${NOW}"`)
    .replaceAll(/"nodePort":3\d{4}/g, '"nodePort":30000');
  return sorted(JSON.parse(typeof uid === 'string' ? text.replaceAll(uid, UID) : text) as JsonValue);
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const object = value as JsonObject;
  return Object.fromEntries(
    Object.keys(object)
      .sort()
      .map((key) => [key, sorted(object[key] ?? null)]),
  );
}

function stored(given: KubernetesObject, like: KubernetesObject): KubernetesObject {
  const input = { ...given, metadata: { ...given.metadata, name: like.metadata['name'] ?? '' } };
  const defaulted = defaultsFor(gvkOf(input))?.(input);
  assert.ok(defaulted);
  const created = prepareForCreate(defaulted, { uid: UID, suffix: 'xxxxx', now: NOW, defaultStorageClass: 'standard' });
  if (input.kind !== 'Service') return created;
  return allocateServiceAddresses(created, { hasAddress: () => false, hasPort: () => false });
}

describe('defaults, compared with what a real API server stores', () => {
  goldens.forEach(({ input, stored: expected }, index) => {
    it(`${index}: ${formatRef(refOf(input))}`, () => {
      assert.deepEqual(comparable(stored(input, expected)), comparable(expected));
    });
  });
});
