import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { getKey, getPath, isJsonObject, type JsonArray, type JsonObject, type JsonValue } from '../json-value.ts';
import { parseJson } from '../json/parse-json.ts';
import { gvkOf, type KubernetesObject } from '../kubernetes-object.ts';
import { parseObject } from '../parse-object.ts';
import { fromCrd } from '../schema/from-crd.ts';
import { fromOpenApi } from '../schema/from-open-api.ts';
import { firstOf } from '../schema/types-by-kind.ts';
import { applyServerSide } from './apply-server-side.ts';
import { recordUpdate } from './record-update.ts';
import { resetFieldsOf } from './reset-fields.ts';

const testdata = new URL('testdata/', import.meta.url);
const read = (file: string): JsonValue => parseJson(readFileSync(new URL(file, testdata), 'utf8'));
const schema = firstOf(
  fromOpenApi(read('open-api-of-deployments-services-and-config-maps.json')),
  fromCrd(read('widget-definition.json') as JsonObject),
);

// What the API server fills in after it has recorded who wrote what.
const allocated = new Set(['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']);

function textAt(step: JsonObject, key: string): string {
  const text = getKey(step, key);
  return typeof text === 'string' ? text : '';
}

function beforeAllocation(answer: KubernetesObject, isCreate: boolean): KubernetesObject {
  const spec = getKey(answer, 'spec');
  if (!isCreate || answer.kind !== 'Service' || !isJsonObject(spec)) return answer;
  const kept = Object.entries(spec).filter(([key]) => !allocated.has(key));
  return { ...answer, spec: Object.fromEntries(kept) };
}

function withoutTimes(managedFields: JsonValue | undefined): JsonValue {
  const list = Array.isArray(managedFields) ? (managedFields as JsonArray) : [];
  return list.map((entry) =>
    isJsonObject(entry) ? { ...entry, time: entry['time'] === undefined ? 'none' : 'some' } : entry,
  );
}

/** The moment of the write: the newest time among the entries. */
function timeOf(object: KubernetesObject): Date {
  const entries = getPath(object, 'metadata', 'managedFields');
  const times = (Array.isArray(entries) ? (entries as JsonArray) : []).map((entry) => getPath(entry, 'time'));
  const newest = times
    .filter((time) => typeof time === 'string')
    .sort()
    .at(-1);
  return new Date(newest ?? 0);
}

function rulesFor(step: JsonObject, emptyObject: KubernetesObject, object: KubernetesObject) {
  const subresource = textAt(step, 'subresource');
  const hasStatus = object.kind !== 'ConfigMap';
  const resetFields = resetFieldsOf({ ...gvkOf(object), subresource, hasStatus });
  return { schema, subresource, emptyObject, ...(resetFields === undefined ? {} : { resetFields }) };
}

function checkApply(step: JsonObject, emptyObject: KubernetesObject): void {
  const applied = parseObject(step['request'], 'request');
  const before = step['before'] === null ? undefined : parseObject(step['before'], 'before');
  const answered = step['status'] === 409 ? undefined : parseObject(step['answer'], 'answer');
  const outcome = applyServerSide({
    ...rulesFor(step, emptyObject, applied),
    live: before,
    applied,
    manager: textAt(step, 'manager'),
    force: step['force'] === true,
    now: answered === undefined ? new Date(0) : timeOf(answered),
  });
  if (answered === undefined) {
    assert.equal(outcome.kind, 'conflict');
    assert.equal(outcome.message, getPath(step, 'answer', 'message'));
    const causes = outcome.conflicts.map(({ field, message }) => ({ reason: 'FieldManagerConflict', message, field }));
    const byText = (list: JsonValue): JsonValue[] =>
      [...(list as JsonArray)].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    assert.deepEqual(byText(causes), byText(getPath(step, 'answer', 'details', 'causes') ?? []));
    return;
  }
  assert.notEqual(outcome.kind, 'conflict');
  if (outcome.kind === 'conflict') return;
  sameManagedFields(outcome.object, answered);
  const unchanged =
    getPath(answered, 'metadata', 'resourceVersion') === (before && getPath(before, 'metadata', 'resourceVersion'));
  assert.equal(outcome.kind, unchanged ? 'unchanged' : 'changed');
  if (unchanged) assert.equal(outcome.object, before);
}

function checkUpdate(step: JsonObject, emptyObject: KubernetesObject): void {
  const answered = parseObject(step['answer'], 'answer');
  const before = step['before'] === null ? undefined : parseObject(step['before'], 'before');
  const given =
    step['verb'] === 'put'
      ? getPath(step, 'request', 'metadata', 'managedFields')
      : before && getPath(before, 'metadata', 'managedFields');
  const metadata = {
    ...answered.metadata,
    ...(given === undefined ? { managedFields: null } : { managedFields: given }),
  };
  const outcome = recordUpdate({
    ...rulesFor(step, emptyObject, answered),
    live: before,
    updated: beforeAllocation({ ...answered, metadata }, before === undefined),
    manager: textAt(step, 'manager'),
    now: timeOf(answered),
  });
  assert.equal(outcome.problem, undefined);
  sameManagedFields(outcome.object, answered);
}

function sameManagedFields(actual: KubernetesObject, expected: KubernetesObject): void {
  const [ours, theirs] = [actual, expected].map((object) => getPath(object, 'metadata', 'managedFields'));
  assert.deepEqual(withoutTimes(ours), withoutTimes(theirs));
  assert.deepEqual(ours, theirs);
  // Of custom resources the API server sorts every key, fields and all; of its own types it keeps the order of FieldsV1.
  if (expected.kind !== 'Widget') assert.equal(JSON.stringify(ours ?? null), JSON.stringify(theirs ?? null));
}

describe('managed fields, as a real API server wrote them', () => {
  for (const file of readdirSync(testdata).filter((name) => name.startsWith('managed-fields-of-'))) {
    const recording = read(file);
    const emptyObject = parseObject(getPath(recording, 'emptyObject'), file);
    for (const [at, step] of (getPath(recording, 'steps') as readonly JsonObject[]).entries()) {
      const status = Number(step['status']);
      if (status !== 409 && status >= 300) continue;
      const what = file.replace(/^managed-fields-of-|\.json$/g, '').replaceAll('-', ' ');
      it(`are the same for ${what}: step ${at + 1}, ${textAt(step, 'verb')} by ${textAt(step, 'manager')}`, () => {
        if (step['verb'] === 'apply') checkApply(step, emptyObject);
        else checkUpdate(step, emptyObject);
      });
    }
  }
});
