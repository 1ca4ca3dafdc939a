import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { getPath, type JsonObject } from '../json-value.ts';
import { parseObject } from '../parse-object.ts';
import { deducedTypes } from '../schema/types-by-kind.ts';
import { applyServerSide, type ServerSideApplied } from './apply-server-side.ts';
import { recordUpdate } from './record-update.ts';
import { resetFieldsOf } from './reset-fields.ts';

const now = new Date('2024-05-06T07:08:09.750Z');
const config = (data: JsonObject, metadata: JsonObject = {}) =>
  parseObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', ...metadata }, data }, 'test');

function apply(
  live: ReturnType<typeof config> | undefined,
  data: JsonObject,
  more: JsonObject = {},
): ServerSideApplied {
  return applyServerSide({ live, applied: config(data), manager: 'flux', schema: deducedTypes, now, ...more });
}

function created(data: JsonObject) {
  const outcome = apply(undefined, data);
  assert.equal(outcome.kind, 'changed');
  return outcome.kind === 'changed' ? outcome.object : config({});
}

describe('server-side apply', () => {
  it('creates an object owned by the manager, with the time in whole seconds', () => {
    assert.deepEqual(created({ x: '1' }).metadata['managedFields'], [
      {
        manager: 'flux',
        operation: 'Apply',
        apiVersion: 'v1',
        time: '2024-05-06T07:08:09Z',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { '.': {}, 'f:x': {} } },
      },
    ]);
  });

  it('gives the live object itself when nothing but the time would change', () => {
    const live = created({ x: '1' });
    const outcome = apply(live, { x: '1' }, { now: new Date('2030-01-01T00:00:00Z') as never });
    assert.equal(outcome.kind, 'unchanged');
    assert.equal(outcome.kind === 'unchanged' && outcome.object, live);
  });

  it('takes a change that defaults undo for none', () => {
    const live = created({ x: '1' });
    const outcome = applyServerSide({
      live,
      applied: config({ x: '1.0' }),
      manager: 'flux',
      schema: deducedTypes,
      now,
      defaults: (object) => ({ ...object, data: { x: '1' } }),
    });
    assert.equal(outcome.kind, 'unchanged');
  });

  it('leaves what the resource resets as it is, so that a status in a configuration is no change', () => {
    const resetFields = resetFieldsOf({ group: 'example.com', kind: 'Thing', hasStatus: true });
    assert.ok(resetFields);
    const thing = { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'a' }, spec: { x: 1 } };
    const request = { manager: 'flux', schema: deducedTypes, now, resetFields };
    const first = applyServerSide({ ...request, live: undefined, applied: thing });
    assert.equal(first.kind, 'changed');
    if (first.kind !== 'changed') return;
    const live = { ...first.object, status: { ready: true } };
    const again = applyServerSide({
      ...request,
      live,
      applied: parseObject({ ...thing, status: { ready: false } }, 'test'),
    });
    assert.equal(again.kind, 'unchanged');
    const bigger = parseObject({ ...thing, spec: { x: 2 }, status: { ready: false } }, 'test');
    const changed = applyServerSide({ ...request, live, applied: bigger });
    assert.equal(changed.kind, 'changed');
    assert.deepEqual(changed.kind === 'changed' && changed.object['status'], { ready: true });
  });

  it('says with whom it conflicts, and over what', () => {
    const outcome = apply(created({ x: '1' }), { x: '2' }, { manager: 'other' });
    assert.equal(outcome.kind, 'conflict');
    if (outcome.kind !== 'conflict') return;
    assert.equal(outcome.message, 'Apply failed with 1 conflict: conflict with "flux": .data.x');
    assert.equal(outcome.conflicts[0]?.field, '.data.x');
    assert.equal(outcome.conflicts[0]?.manager.manager, 'flux');
  });

  it('refuses configurations that hold managed fields, are of another version, or name no manager', () => {
    const held = config({}, { managedFields: [] });
    const request = { live: undefined, applied: held, manager: 'm', schema: deducedTypes, now };
    assert.throws(() => applyServerSide(request), { code: 'OBJECT_INVALID' });
    const live = parseObject({ ...config({}), apiVersion: 'v2' }, 'test');
    assert.throws(() => apply(live, {}), { code: 'OBJECT_INVALID' });
    assert.throws(() => apply(undefined, {}, { manager: '' }), { code: 'OBJECT_INVALID' });
  });

  it('refuses a configuration that does not fit, in the words of the API server', () => {
    const schema = { typeOf: () => undefined };
    assert.throws(() => apply(undefined, {}, { schema: schema as never }), { code: 'SCHEMA_VIOLATION' });
  });
});

describe('recording an update', () => {
  it('clears managed fields, and says why, when the object does not fit its schema', () => {
    const updated = config({ x: '1' }, { managedFields: [] });
    const outcome = recordUpdate({ live: undefined, updated, manager: 'm', schema: { typeOf: () => undefined }, now });
    assert.equal(outcome.problem?.code, 'SCHEMA_VIOLATION');
    assert.equal(Object.hasOwn(outcome.object.metadata, 'managedFields'), false);
  });

  it('gives the live object itself when nothing changes', () => {
    const live = created({ x: '1' });
    const outcome = recordUpdate({ live, updated: structuredClone(live), manager: 'm', schema: deducedTypes, now });
    assert.equal(outcome.unchanged, true);
    assert.equal(outcome.object, live);
  });

  it('calls a manager without a name unknown', () => {
    const outcome = recordUpdate({
      live: undefined,
      updated: config({ x: '1' }),
      manager: '',
      schema: deducedTypes,
      now,
    });
    assert.equal(getPath(outcome.object, 'metadata', 'managedFields', 0, 'manager'), 'unknown');
  });
});

describe('what a resource resets', () => {
  it('is the status on a write of the object, and the rest on a write of the status', () => {
    const thing = { group: 'example.com', kind: 'Thing', hasStatus: true };
    const shown = (subresource: string): string | undefined => {
      const filter = resetFieldsOf({ ...thing, subresource });
      return filter?.kind === 'exclude' ? filter.exclude.toString() : undefined;
    };
    assert.equal(shown(''), '.status');
    assert.equal(shown('status'), '.spec');
    assert.equal(resetFieldsOf({ ...thing, hasStatus: false }), undefined);
  });

  it('is more for the status of some kinds', () => {
    const filter = resetFieldsOf({ group: 'apps', kind: 'Deployment', subresource: 'status', hasStatus: true });
    assert.equal(filter?.kind === 'exclude' && filter.exclude.toString(), '.spec\n.metadata.labels');
  });
});
