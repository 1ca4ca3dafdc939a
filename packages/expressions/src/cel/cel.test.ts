import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { compileCel, evaluate } from './index.ts';

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
