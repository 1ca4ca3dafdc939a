import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../json-value.ts';
import { toFieldSet } from '../typed/to-field-set.ts';
import { asTyped, validateTyped } from '../typed/typed-value.ts';
import { fromCrd } from './from-crd.ts';
import { fromOpenApi } from './from-open-api.ts';

const kind = { group: 'example.com', version: 'v1', kind: 'Thing' };

function typesOf(properties: JsonObject, others: JsonObject = {}) {
  const root = { type: 'object', properties, 'x-kubernetes-group-version-kind': [kind] };
  return fromOpenApi({ components: { schemas: { 'com.example.v1.Thing': root, ...others } } });
}

function fieldsOf(properties: JsonObject, value: JsonObject, others: JsonObject = {}): string {
  const type = typesOf(properties, others).typeOf(kind);
  assert.ok(type);
  return toFieldSet(asTyped(value, type)).toString();
}

describe('a merge schema read off OpenAPI', () => {
  it('finds a type by its kind, and none for a kind that is not there', () => {
    assert.ok(typesOf({}).typeOf(kind));
    assert.equal(typesOf({}).typeOf({ ...kind, version: 'v2' }), undefined);
  });

  it('takes a list for one leaf unless its list type says otherwise', () => {
    const list = { type: 'array', items: { type: 'string' } };
    const properties = { plain: list, set: { ...list, 'x-kubernetes-list-type': 'set' } };
    assert.equal(fieldsOf(properties, { plain: ['a'], set: ['b'] }), '.plain\n.set[="b"]');
  });

  it('fills a missing list key from its default', () => {
    const port = {
      type: 'object',
      properties: { port: { type: 'integer' }, protocol: { type: 'string', default: 'TCP' } },
    };
    const ports = {
      type: 'array',
      items: port,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['port', 'protocol'],
    };
    assert.match(fieldsOf({ ports }, { ports: [{ port: 80 }] }), /^\.ports\[port=80,protocol="TCP"\]$/m);
  });

  it('reads lists without a list type by their patch strategy', () => {
    const items = { type: 'object', properties: { name: { type: 'string' } } };
    const keyed = {
      type: 'array',
      items,
      'x-kubernetes-patch-strategy': 'merge,retainKeys',
      'x-kubernetes-patch-merge-key': 'name',
    };
    assert.match(fieldsOf({ keyed }, { keyed: [{ name: 'a' }] }), /\[name="a"\]/);
  });

  it('follows a reference in an allOf, and lets the place of use make it atomic', () => {
    const others = { 'com.example.v1.Part': { type: 'object', properties: { a: { type: 'string' } } } };
    const part = { allOf: [{ $ref: '#/components/schemas/com.example.v1.Part' }] };
    const properties = { part, whole: { ...part, 'x-kubernetes-map-type': 'atomic' } };
    assert.equal(fieldsOf(properties, { part: { a: '1' }, whole: { a: '2' } }, others), '.whole\n.part.a');
  });

  it('refuses fields that a struct does not declare, unless it keeps unknown ones', () => {
    const struct: JsonObject = { type: 'object', properties: { known: { type: 'string' } } };
    const keeps = { ...struct, 'x-kubernetes-preserve-unknown-fields': true };
    const type = typesOf({ strict: struct, keeps }).typeOf(kind);
    assert.ok(type);
    const found = validateTyped({ strict: { other: 1 }, keeps: { other: { deep: [1] } } }, type);
    assert.deepEqual(found, [{ path: '.strict.other', message: 'field not declared in schema' }]);
  });

  it('takes integers and texts where either is allowed, quantities too', () => {
    const others = {
      'io.k8s.apimachinery.pkg.api.resource.Quantity': { oneOf: [{ type: 'string' }, { type: 'number' }] },
    };
    const properties = {
      port: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
      cpu: { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity' },
    };
    assert.equal(fieldsOf(properties, { port: 'http', cpu: 1 }, others), '.cpu\n.port');
  });

  it('says where it does not understand a document', () => {
    const odd = { type: 'array', items: {}, 'x-kubernetes-list-type': 'bag' };
    assert.throws(() => typesOf({ odd }), {
      code: 'SCHEMA_VIOLATION',
      message: /com\.example\.v1\.Thing\.odd has an unknown/,
    });
    assert.throws(() => fromOpenApi({}), { code: 'SCHEMA_VIOLATION' });
  });
});

describe('a merge schema read off a CustomResourceDefinition', () => {
  const definition = (versions: readonly JsonObject[], more: JsonObject = {}): JsonObject => ({
    spec: { group: 'example.com', names: { kind: 'Thing' }, versions, ...more },
  });
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: {} } } } };

  it('describes metadata, whatever the schema says of it', () => {
    const type = fromCrd(definition([{ name: 'v1', schema }])).typeOf(kind);
    assert.ok(type);
    const metadata = { name: 'a', finalizers: ['x', 'y'], ownerReferences: [{ uid: '1', name: 'o' }] };
    const set = toFieldSet(asTyped({ apiVersion: 'example.com/v1', kind: 'Thing', metadata }, type)).toString();
    assert.match(set, /^\.metadata\.finalizers\[="x"\]$/m);
    assert.match(set, /^\.metadata\.ownerReferences\[uid="1"\]$/m);
    assert.equal(validateTyped({ metadata: { bogus: 1 } }, type)[0]?.path, '.metadata.bogus');
  });

  it('deduces the types of versions without a schema, and of definitions that keep everything', () => {
    const types = fromCrd(definition([{ name: 'v1' }, { name: 'v2', schema }]));
    const [bare, described] = [types.typeOf(kind), types.typeOf({ ...kind, version: 'v2' })];
    assert.ok(bare && described);
    assert.deepEqual(validateTyped({ anything: { goes: [1] } }, bare), []);
    assert.equal(validateTyped({ anything: 1 }, described).length, 1);
    const all = fromCrd(definition([{ name: 'v1', schema }], { preserveUnknownFields: true })).typeOf(kind);
    assert.ok(all);
    assert.deepEqual(validateTyped({ anything: 1 }, all), []);
    assert.equal(types.typeOf({ ...kind, kind: 'Other' }), undefined);
  });
});
