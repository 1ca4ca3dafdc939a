import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FieldSet } from './field-set.ts';
import { decodeFieldsV1, encodeFieldsV1, fieldsV1Text } from './fields-v1.ts';
import {
  compareElements,
  fieldElement,
  formatPath,
  indexElement,
  keyElementOf,
  parsePathElement,
  valueElement,
  type Path,
} from './path-element.ts';

const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.bigInt(2n ** 60n, 2n ** 63n - 1n));
const element = fc.oneof(
  fc.constantFrom('a', 'b', '.', '__proto__', 'é').map(fieldElement),
  fc.string().map(fieldElement),
  fc.dictionary(fc.constantFrom('name', 'port', 'a<b'), scalar, { minKeys: 1 }).map(keyElementOf),
  scalar.map(valueElement),
  fc.nat(20).map(indexElement),
);
const path: fc.Arbitrary<Path> = fc.array(element, { minLength: 1, maxLength: 4 });
const set = fc.array(path, { maxLength: 12 }).map((paths) => FieldSet.of(...paths));

const members = (fields: FieldSet): ReadonlySet<string> =>
  new Set([...fields.paths()].map((each) => each.map(({ text }) => text).join('\n')));

describe('a field set', () => {
  it('joins, intersects and subtracts as a set of paths does', () => {
    fc.assert(
      fc.property(set, set, (left, right) => {
        const [a, b] = [members(left), members(right)];
        assert.deepEqual(members(left.union(right)), new Set([...a, ...b]));
        assert.deepEqual(members(left.intersection(right)), new Set([...a].filter((each) => b.has(each))));
        assert.deepEqual(members(left.difference(right)), new Set([...a].filter((each) => !b.has(each))));
      }),
    );
  });

  it('loses with a path everything below it in a recursive difference', () => {
    fc.assert(
      fc.property(set, set, (left, right) => {
        const gone = [...members(right)];
        const expected = [...members(left)].filter(
          (each) => !gone.some((other) => each === other || each.startsWith(`${other}\n`)),
        );
        assert.deepEqual(members(left.recursiveDifference(right)), new Set(expected));
      }),
    );
  });

  it('is equal to another exactly when their paths are, whatever the order in which they came', () => {
    fc.assert(
      fc.property(fc.array(path), (paths) => {
        const forth = FieldSet.of(...paths);
        const back = FieldSet.of(...paths.toReversed());
        assert.ok(forth.equals(back));
        assert.equal(forth.size, members(forth).size);
        for (const each of paths) assert.ok(forth.has(each));
      }),
    );
  });

  it('comes back the same from FieldsV1, and its text is that of the object', () => {
    fc.assert(
      fc.property(set, (fields) => {
        const text = fieldsV1Text(fields);
        const read = decodeFieldsV1(JSON.parse(text) as Record<string, never>);
        assert.deepEqual(members(read), members(fields));
        assert.equal(JSON.stringify(encodeFieldsV1(read)), text);
      }),
    );
  });

  it('shares itself when an operation changes nothing', () => {
    fc.assert(
      fc.property(set, (fields) => {
        assert.equal(fields.union(fields.leaves()), fields);
        assert.equal(fields.difference(FieldSet.empty), fields);
      }),
    );
  });

  it('keeps as leaves the members without members below', () => {
    const [a, b] = [fieldElement('a'), fieldElement('b')];
    assert.equal(FieldSet.of([a], [a, b], [b]).leaves().toString(), '.b\n.a.b');
  });
});

describe('FieldsV1', () => {
  it('sorts fields before keys before values before indices, numbers by what they count', () => {
    const root = fieldElement('ports');
    const fields = FieldSet.of(
      [root, keyElementOf({ port: 443 })],
      [root, keyElementOf({ port: 80, protocol: 'TCP' })],
      [root, valueElement('x')],
      [root, valueElement(3)],
      [root, indexElement(1)],
      [root, fieldElement('z')],
      [root],
    );
    assert.equal(
      fieldsV1Text(fields),
      '{"f:ports":{".":{},"f:z":{},"k:{\\"port\\":80,\\"protocol\\":\\"TCP\\"}":{},"k:{\\"port\\":443}":{},' +
        '"v:3":{},"v:\\"x\\"":{},"i:1":{}}}',
    );
  });

  it('escapes what Go escapes inside keys and values, and only there', () => {
    assert.equal(valueElement('a<b').text, 'v:"a\\u003cb"');
    assert.equal(fieldElement('a<b').text, 'f:a<b');
  });

  it('keeps integers beyond 2^53 apart', () => {
    assert.notEqual(parsePathElement('v:9007199254740993')?.text, parsePathElement('v:9007199254740992')?.text);
  });

  it('skips elements of a type that it does not know, and refuses what is no element', () => {
    assert.ok(decodeFieldsV1({ 'x:new': {}, 'f:a': {} }).has([fieldElement('a')]));
    assert.throws(() => decodeFieldsV1({ noColon: {} }), { code: 'JSON_INVALID' });
    assert.throws(() => decodeFieldsV1({ 'k:{': {} }), { code: 'JSON_INVALID' });
    assert.throws(() => decodeFieldsV1({ 'f:a': 1 }), { code: 'JSON_INVALID' });
    assert.throws(() => decodeFieldsV1([]), { code: 'JSON_INVALID' });
  });

  it('orders elements totally', () => {
    fc.assert(
      fc.property(element, element, element, (a, b, c) => {
        assert.equal(Math.sign(compareElements(a, b)), -Math.sign(compareElements(b, a)) || 0);
        if (compareElements(a, b) <= 0 && compareElements(b, c) <= 0) assert.ok(compareElements(a, c) <= 0);
      }),
    );
  });

  it('shows paths as Kubernetes does in conflicts', () => {
    const shown = formatPath([
      fieldElement('containers'),
      keyElementOf({ name: 'web' }),
      valueElement('x'),
      indexElement(2),
    ]);
    assert.equal(shown, '.containers[name="web"][="x"][2]');
  });
});
