import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FieldSet } from '../fieldpath/field-set.ts';
import { fieldElement, keyElementOf, valueElement } from '../fieldpath/path-element.ts';
import { valuesEqual } from '../fieldpath/value-order.ts';
import type { JsonObject, JsonValue } from '../json-value.ts';
import { deducedType } from '../schema/deduced.ts';
import { parseSchema } from '../schema/parse-schema.ts';
import { compareTyped, isSame } from './compare-values.ts';
import { mergeTyped } from './merge-values.ts';
import { reconcileFieldSet } from './reconcile-field-set.ts';
import { extractItems, removeItems } from './remove-items.ts';
import { toFieldSet } from './to-field-set.ts';
import { asTyped, type TypedOptions } from './typed-value.ts';

const fieldOf = (name: string, type: JsonObject): JsonObject => ({ name, type });
const item = { map: { fields: ['name', 'note'].map((name) => fieldOf(name, { scalar: 'string' })) } };
const rootType = parseSchema({
  types: [
    {
      name: 'root',
      map: {
        fields: [
          fieldOf('size', { scalar: 'numeric' }),
          fieldOf('set', { list: { elementType: { scalar: 'string' }, elementRelationship: 'associative' } }),
          fieldOf('items', { list: { elementType: item, elementRelationship: 'associative', keys: ['name'] } }),
          fieldOf('whole', { map: { elementType: { scalar: 'string' }, elementRelationship: 'atomic' } }),
          fieldOf('labels', { map: { elementType: { scalar: 'string' } } }),
        ],
      },
    },
  ],
}).type('root');
assert.ok(rootType);
const type = rootType;
const read = (value: JsonValue, options: TypedOptions = {}) => asTyped(value, type, options);
const twice: TypedOptions = { allowDuplicates: true };
const [items, set] = [fieldElement('items'), fieldElement('set')];

const object = fc.dictionary(
  fc.constantFrom('a', 'b', 'c', '__proto__'),
  fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<JsonValue>(null, 1, 2, 'x', true),
      fc.array(tie('value'), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'd'), tie('value'), { maxKeys: 3 }),
    ),
  })).value,
);
const deduced = object.map((value) => asTyped(value, deducedType));

describe('validating', () => {
  it('names every place that does not fit, without the values', () => {
    const value = { size: 'secret', labels: { a: 1 }, items: [{ name: 'a', note: true }], other: 1 };
    assert.throws(() => read(value), {
      code: 'SCHEMA_VIOLATION',
      message:
        'The value does not fit its schema: errors:\n  .size: expected numeric (int or float), got string\n' +
        '  .labels.a: expected a string, got a number\n  .items[name="a"].note: expected a string, got a boolean\n' +
        '  .other: field not declared in schema',
    });
  });

  it('refuses an item that comes twice, unless duplicates are allowed', () => {
    assert.throws(() => read({ set: ['a', 'a'] }), /\.set: duplicate entries for key \[="a"\]/);
    assert.doesNotThrow(() => read({ set: ['a', 'a'] }, twice));
  });

  it('refuses items that have no key', () => {
    assert.throws(() => read({ items: [{ note: 'n' }] }), /\.items: item 0: an item lacks every key \(name\)/);
    assert.throws(() => read({ items: [null] }), /must not hold null/);
  });
});

describe('merging', () => {
  it('gives the left value itself when nothing changes', () => {
    const left = read({ size: 1, set: ['a', 'b'], items: [{ name: 'a', note: 'n' }], whole: { x: 'y' } });
    const right = read({ set: ['b'], items: [{ name: 'a' }], whole: { x: 'y' }, size: 1 });
    assert.equal(mergeTyped(left, right).value, left.value);
    fc.assert(fc.property(deduced, (value) => assert.equal(mergeTyped(value, value).value, value.value)));
  });

  it('leaves what it does not change the same object, and neither side altered', () => {
    const left = { size: 1, items: [{ name: 'a', note: 'n' }], labels: { a: 'b' } };
    const before = structuredClone(left);
    const merged = mergeTyped(read(left), read({ size: 2 })).value as JsonObject;
    assert.equal(merged['items'], left.items);
    assert.equal(merged['labels'], left.labels);
    assert.deepEqual(left, before);
  });

  it('takes the order of shared items from the right and keeps others beside their neighbours', () => {
    const merged = mergeTyped(read({ set: ['a', 'b', 'c', 'd'] }), read({ set: ['c', 'x', 'a'] }));
    assert.deepEqual(merged.value, { set: ['b', 'c', 'd', 'x', 'a'] });
  });

  it('joins items twice on the left with the one on the right', () => {
    const left = read(
      {
        items: [
          { name: 'a', note: '1' },
          { name: 'a', note: '2' },
        ],
      },
      twice,
    );
    assert.deepEqual(mergeTyped(left, read({ items: [{ name: 'a' }] })).value, { items: [{ name: 'a' }] });
  });
});

describe('comparing', () => {
  it('finds nothing exactly between equal values', () => {
    fc.assert(
      fc.property(deduced, deduced, (left, right) => {
        assert.equal(isSame(compareTyped(left, right)), valuesEqual(left.value ?? null, right.value ?? null));
      }),
    );
  });

  it('finds the other way round removed what was added', () => {
    fc.assert(
      fc.property(deduced, deduced, (left, right) => {
        const [there, back] = [compareTyped(left, right), compareTyped(right, left)];
        assert.equal(there.added.toString(), back.removed.toString());
        assert.equal(there.modified.toString(), back.modified.toString());
      }),
    );
  });

  it('takes items that repeat as one', () => {
    const once = read({ set: ['a', 'b'] });
    const repeated = read({ set: ['a', 'b', 'b'] }, twice);
    assert.equal(compareTyped(once, repeated).added.toString(), '.set[="b"]');
    assert.equal(compareTyped(repeated, once).removed.toString(), '.set[="b"]');
  });
});

describe('removing and extracting', () => {
  const value = read({ size: 1, items: [{ name: 'a', note: 'n' }, { name: 'b' }], set: ['x'] });
  const note = FieldSet.of([items, keyElementOf({ name: 'a' }), fieldElement('note')]);

  it('removes fields and items, and leaves null where nothing is left', () => {
    const gone = FieldSet.of([items, keyElementOf({ name: 'b' })], [set, valueElement('x')]);
    assert.deepEqual(removeItems(value, gone).value, { size: 1, items: [{ name: 'a', note: 'n' }], set: null });
  });

  it('gives the value itself when there is nothing to remove', () => {
    assert.equal(removeItems(value, FieldSet.of([fieldElement('labels'), fieldElement('a')])).value, value.value);
  });

  it('extracts what is asked for, with the keys of items only on request', () => {
    assert.deepEqual(extractItems(value, note).value, { items: [{ note: 'n' }] });
    const kept = extractItems(value, note, { keepKeyFields: true });
    assert.deepEqual(kept.value, { items: [{ name: 'a', note: 'n' }] });
  });

  it('extracts from a value all that its own fields name', () => {
    fc.assert(
      fc.property(deduced, (each) => {
        const all = extractItems(each, toFieldSet(each).leaves()).value ?? null;
        const whole = each.value as JsonObject;
        assert.deepEqual(all, Object.keys(whole).length === 0 ? whole : all);
        assert.ok(isSame(compareTyped(each, mergeTyped(each, asTyped(all, deducedType)))));
      }),
    );
  });
});

describe('a field set under a newer schema', () => {
  it('has whoever owned a part of what is atomic now own it whole', () => {
    const labels = fieldElement('labels');
    const before = FieldSet.of([fieldElement('whole'), fieldElement('x')], [labels, fieldElement('a')]);
    assert.equal(reconcileFieldSet(before, type).toString(), '.whole\n.labels.a');
  });

  it('stays the same set where nothing has changed', () => {
    const before = FieldSet.of([fieldElement('whole')], [items, keyElementOf({ name: 'a' })]);
    assert.equal(reconcileFieldSet(before, type), before);
  });
});
