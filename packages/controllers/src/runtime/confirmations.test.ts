import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject, JsonValue, KubernetesObject } from '@capstan/object';
import { Confirmations } from './confirmations.ts';

const ref = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'web' };
const object = (data: JsonObject, metadata: JsonObject = {}, rest: JsonObject = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'web', namespace: 'shop', ...metadata },
  data,
  ...rest,
});
const at = (resourceVersion: string, more: JsonObject = {}): JsonObject => ({ uid: 'u', resourceVersion, ...more });
const owner = (fields: JsonValue, more: JsonObject = {}): JsonValue => ({
  manager: 'kubectl',
  operation: 'Update',
  fieldsV1: fields,
  ...more,
});

describe('confirmations', () => {
  it('hold for what was answered, through changes that are none, and for nothing else', () => {
    const known = new Confirmations();
    known.learn(ref, object({ a: '1' }), object({ a: '1', b: 'default' }, at('7')));
    assert.equal(known.holds(ref, object({ a: '1' }), object({ a: '1', b: 'default' }, at('7'))), true);
    assert.equal(known.holds(ref, object({ a: '1' }), object({ a: '1', b: 'default' }, at('9'), { status: {} })), true);
    assert.equal(known.holds(ref, object({ a: '2' }), object({ a: '1', b: 'default' }, at('9'))), false);
    assert.equal(known.holds(ref, object({ a: '1' }), object({ a: '1', b: 'drift' }, at('10'))), false);
    assert.equal(known.holds({ ...ref, name: 'other' }, object({ a: '1' }), object({ a: '1' })), false);
  });

  it('keep what was predicted, for as long as content and owners stay', () => {
    const known = new Confirmations();
    const fields = { managedFields: [owner({ 'f:data': {} })] };
    known.predicted(ref, object({ a: '1' }), object({ a: '1' }, at('7', fields)), false);
    const later = [owner({ 'f:data': {} }, { time: 'later' }), owner({ 'f:status': {} }, { subresource: 'status' })];
    const holds = (desired: KubernetesObject, live: KubernetesObject, rules: JsonValue = false): boolean =>
      known.isPredicted(ref, desired, live, rules);
    assert.equal(holds(object({ a: '1' }), object({ a: '1' }, at('8', fields), { status: { a: 1 } })), true);
    assert.equal(holds(object({ a: '1' }), object({ a: '1' }, at('8', fields)), true), false);
    assert.equal(holds(object({ a: '1' }), object({ a: '2' }, at('8', fields))), false);
    assert.equal(holds(object({ a: '2' }), object({ a: '1' }, at('8', fields))), false);
    assert.equal(holds(object({ a: '1' }), object({ a: '1' }, at('8', { managedFields: [owner({})] }))), false);
    assert.equal(holds(object({ a: '1' }), object({ a: '1' }, at('9', { managedFields: later }))), true);
    known.forget(ref);
    assert.equal(holds(object({ a: '1' }), object({ a: '1' }, at('9', { managedFields: later }))), false);
  });
});
