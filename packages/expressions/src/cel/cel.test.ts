import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { celTypeOf, compileCel, evaluate } from './index.ts';

describe('CEL', () => {
  it('computes over JSON values', () => {
    assert.equal(evaluate('self.a + 1 == 3 && has(self.b) && !has(self.c)', { self: { a: 2, b: null } }), true);
    assert.equal(evaluate('self.items.all(i, i.size() > 1)', { self: { items: ['ab', 'cd'] } }), true);
    assert.equal(evaluate('self.ratio > 1', { self: { ratio: 1.5 } }), true);
  });

  it('matches on RE2, so that no expression runs away', () => {
    const text = `${'a'.repeat(40)}!`;
    assert.equal(evaluate("self.matches('^(a+)+$')", { self: text }), false);
    assert.equal(evaluate("self.all(x, x.matches('^[a-z]+$'))", { self: ['ab', 'c'] }), true);
    assert.throws(
      () => evaluate("self.matches('(?=a)')", { self: 'a' }),
      (error) => isCapstanError(error, 'EXPRESSION_FAILED'),
    );
  });

  it('does not reach the properties of JavaScript', () => {
    assert.equal(evaluate('has(self.constructor)', { self: {} }), false);
    assert.throws(
      () => evaluate('self.__proto__', { self: {} }),
      (error) => isCapstanError(error, 'EXPRESSION_FAILED'),
    );
  });

  it('refuses what is no CEL', () => {
    assert.throws(
      () => compileCel('self. == 1'),
      (error) => isCapstanError(error, 'EXPRESSION_INVALID'),
    );
  });
});

describe('the extensions of CEL', () => {
  for (const expression of [
    "sets.contains([1, 2], [2]) && !sets.intersects([1], [2]) && sets.equivalent(['a'], ['a', 'a'])",
    "base64.encode(b'hello') == 'aGVsbG8=' && base64.decode('aGVsbG8') == b'hello'",
    "'abc'.charAt(1) == 'b' && 'abc'.reverse() == 'cba' && 'aaa'.replace('a', 'b', 2) == 'bba'",
    "'%s has %d of %.1f%%'.format(['a', 2, 1.25]) == 'a has 2 of 1.3%' && '%x'.format([255]) == 'ff'",
    'strings.quote(\'a"b\') == \'"a\\\\"b"\'',
    "{'a': 1}.?b.orValue(2) == 2",
  ])
    it(`compute ${expression}`, () => {
      assert.equal(evaluate(expression, {}), true);
    });
});

describe('the steps of CEL', () => {
  const many = { a: Array.from({ length: 2000 }, (_, index) => index) };
  for (const expression of [
    'a.all(x, a.all(y, a.all(z, true)))',
    'a.exists(x, a.exists(y, a.exists(z, false)))',
    'a.map(x, a.map(y, y)).size() > 0',
    'a.exists(x, a.filter(y, a.exists_one(z, z == y)).size() == 0)',
  ])
    it(`end ${expression} on long lists`, () => {
      assert.throws(
        () => evaluate(expression, many),
        (error) => isCapstanError(error, 'EXPRESSION_TOO_EXPENSIVE'),
      );
    });

  it('are counted in loops within loops and brackets, whose results stay the same', () => {
    const expression = '(a.filter(x, (x > 1)).map(y, y > 2, y * 2)).exists(z, z == 6) && a.exists_one(x, x == 2)';
    assert.equal(evaluate(expression, { a: [1, 2, 3] }), true);
  });
});

describe('the type of an expression', () => {
  it('is known where it does not depend on the variables', () => {
    assert.equal(celTypeOf('dep.status.conditions.exists(c, c.type == self.metadata.name)', ['self', 'dep']), 'bool');
    assert.equal(celTypeOf("'a'", []), 'string');
    assert.equal(celTypeOf('dep.status.ready', ['dep']), 'dyn');
  });

  it('is refused where a variable is not declared', () => {
    assert.throws(
      () => celTypeOf('other.a == 1', ['self']),
      (error) => isCapstanError(error, 'EXPRESSION_INVALID'),
    );
  });
});

describe('what an expression that fails says', () => {
  it('names the attribute that is missing from its first part on', () => {
    assert.throws(
      () => evaluate('!has(status.phase)', {}),
      (error) => isCapstanError(error) && error.data['problem'] === 'no such attribute(s): status.phase',
    );
    assert.throws(
      () => evaluate('status.phase == 1', { status: {} }),
      (error) => isCapstanError(error) && error.data['problem'] === 'no such key: phase',
    );
  });
});
