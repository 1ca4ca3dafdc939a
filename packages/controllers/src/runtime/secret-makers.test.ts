import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseObject, refOf, type JsonObject } from '@capstan/object';
import { SecretMakers } from './secret-makers.ts';

function object(apiVersion: string, kind: string, name: string, more: JsonObject = {}) {
  const { metadata, ...rest } = more;
  const own = { name, namespace: 'shop', ...(metadata as JsonObject | undefined) };
  return parseObject({ apiVersion, kind, ...rest, metadata: own }, 'test');
}

function makersOf(...objects: readonly ReturnType<typeof object>[]): SecretMakers {
  return new SecretMakers(objects.map((one) => ({ ref: refOf(one), object: one })));
}

const secret = (name: string, metadata: JsonObject = {}) => object('v1', 'Secret', name, { metadata });
const external = (spec: JsonObject) => object('external-secrets.io/v1', 'ExternalSecret', 'db', { spec });

describe('Secrets that controllers make', () => {
  it('are those of the name that an ExternalSecret gives, or has', () => {
    assert.equal(makersOf(external({})).makerOf(secret('db')), 'ExternalSecret shop/db');
    const named = makersOf(external({ target: { name: 'other' } }));
    assert.equal(named.makerOf(secret('other')), 'ExternalSecret shop/db');
    assert.equal(named.makerOf(secret('db')), undefined);
    assert.equal(makersOf(external({ target: { creationPolicy: 'None' } })).makerOf(secret('db')), undefined);
  });

  it('are those of a SealedSecret only where its controller may take them over', () => {
    const makers = makersOf(object('bitnami.com/v1alpha1', 'SealedSecret', 'db'));
    assert.equal(makers.makerOf(secret('db')), undefined);
    const given = secret('db', { annotations: { 'sealedsecrets.bitnami.com/managed': 'true' } });
    assert.equal(makers.makerOf(given), 'SealedSecret shop/db');
  });

  it('are those that such an object owns, whoever has it', () => {
    const owner = { apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', name: 'db', uid: 'u', controller: true };
    assert.equal(makersOf().makerOf(secret('db', { ownerReferences: [owner] })), 'SealedSecret shop/db');
    const other = { ...owner, apiVersion: 'bitnami.com.evil/v1', kind: 'SealedSecret' };
    assert.equal(makersOf().makerOf(secret('db', { ownerReferences: [other] })), undefined);
  });

  it('are Secrets, and of the same namespace', () => {
    const makers = makersOf(external({}));
    assert.equal(makers.makerOf(object('v1', 'ConfigMap', 'db')), undefined);
    assert.equal(makers.makerOf(secret('db', { namespace: 'other' })), undefined);
  });
});
