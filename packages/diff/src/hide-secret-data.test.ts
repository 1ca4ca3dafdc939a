import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { getPath, LAST_APPLIED_ANNOTATION, parseJson, type JsonObject, type KubernetesObject } from '@capstan/object';
import { hideSecretData } from './hide-secret-data.ts';

function secret(fields: JsonObject, annotations: JsonObject = {}): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login', annotations }, ...fields };
}

function lastApplied(value: unknown): JsonObject {
  return { [LAST_APPLIED_ANNOTATION]: typeof value === 'string' ? value : JSON.stringify(value) };
}

function lastOf(object: KubernetesObject | undefined): string {
  const text = getPath(object?.metadata ?? {}, 'annotations', LAST_APPLIED_ANNOTATION);
  return typeof text === 'string' ? text : '';
}

describe('hiding the data of Secrets', () => {
  it('gives equal values equal masks and others longer ones, key by key', () => {
    const { target, live } = hideSecretData(
      secret({ data: { same: 'YQ==', changed: 'YQ==', added: 'YQ==' } }),
      secret({ data: { same: 'YQ==', changed: 'Yg==', extra: 'Yg==' } }),
    );
    assert.deepEqual(target?.['data'], { same: '++++++++', changed: '++++++++', added: '++++++++' });
    assert.deepEqual(live?.['data'], { same: '++++++++', changed: '++++++++++++', extra: '++++++++' });
  });

  it('hides stringData as the data that it becomes', () => {
    const { target, live } = hideSecretData(secret({ stringData: { a: 'a' } }), secret({ data: { a: 'YQ==' } }));
    assert.deepEqual([target?.['data'], live?.['data']], [{ a: '++++++++' }, { a: '++++++++' }]);
    assert.equal(target !== undefined && 'stringData' in target, false);
  });

  it('hides what was applied last as well, comparing it with both sides', () => {
    const last = { apiVersion: 'v1', kind: 'Secret', metadata: {}, data: { a: 'Yg==' } };
    const { live } = hideSecretData(
      secret({ data: { a: 'YQ==' } }),
      secret({ data: { a: 'YQ==' } }, lastApplied(last)),
    );
    assert.deepEqual(live?.['data'], { a: '++++++++' });
    assert.deepEqual(getPath(parseJson(lastOf(live)), 'data'), { a: '++++++++++++' });
  });

  it('shows nothing of a last-applied annotation that it cannot read', () => {
    for (const text of ['{"data":{"a":"YQ=="', '"YQ=="', '{"data":{"a":"YQ=="}}']) {
      const { live } = hideSecretData(undefined, secret({ data: {} }, lastApplied(text)));
      assert.equal(lastOf(live), '++++++++');
    }
  });

  it('folds the stringData of what was applied last, whatever kind it claims to be', () => {
    const last = { kind: 'Secrets', metadata: {}, stringData: { a: 'plain' } };
    assert.ok(!lastOf(hideSecretData(undefined, secret({}, lastApplied(last))).live).includes('plain'));
  });

  it('hides data that is no mapping as a whole', () => {
    const { target } = hideSecretData(secret({ data: 'YQ==', stringData: ['plain'] }), undefined);
    assert.deepEqual([target?.['data'], target?.['stringData']], ['++++++++', '++++++++']);
  });

  it('hides the annotations that are named, and the last-applied one whole where it is named', () => {
    const last = lastApplied({ kind: 'Secret', metadata: { annotations: { token: 't', app: 'x' } } });
    const live = secret({}, { token: 't', app: 'x', ...last });
    const shown = hideSecretData(undefined, live, new Set(['token'])).live;
    assert.equal(getPath(shown?.metadata ?? {}, 'annotations', 'token'), '++++++++');
    assert.equal(getPath(shown?.metadata ?? {}, 'annotations', 'app'), 'x');
    assert.deepEqual(getPath(parseJson(lastOf(shown)), 'metadata', 'annotations'), { app: 'x', token: '++++++++' });
    assert.equal(lastOf(hideSecretData(undefined, live, new Set([LAST_APPLIED_ANNOTATION])).live), '++++++++');
  });

  it('leaves the objects that it was given as they were', () => {
    const live = secret({ data: { a: 'YQ==' } });
    hideSecretData(undefined, live);
    assert.deepEqual(live, secret({ data: { a: 'YQ==' } }));
  });
});
