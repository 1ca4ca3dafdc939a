import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { count, entries, get, isLess, isTrue, list, numberOf, or, peek, term, text, written } from './value.ts';

const unreadable = (error: unknown) => isCapstanError(error, 'HEALTH_UNREADABLE');

describe('a value that a check reads', () => {
  it('is absent where its key is, or is null, or stands in a list or a text', () => {
    assert.equal(get({ a: {} }, 'a', 'b'), undefined);
    assert.equal(get({ a: null }, 'a'), undefined);
    assert.equal(get({ a: [] }, 'a', 'b'), undefined);
    assert.equal(get({ a: 'text' }, 'a', 'length'), undefined);
    assert.equal(get({}, 'constructor'), undefined);
  });

  it('cannot be read from nothing, a number or a boolean', () => {
    assert.throws(() => get({}, 'status', 'phase'), unreadable);
    assert.throws(() => get({ status: 1 }, 'status', 'phase'), unreadable);
    assert.throws(
      () => get({ status: true }, 'status', 'phase'),
      /what holds "phase" \(of status.phase\) is a boolean/,
    );
    assert.equal(peek({}, 'status', 'phase'), undefined);
    assert.equal(peek({ status: null }, 'status', 'phase'), undefined);
    assert.throws(() => peek({ status: 1 }, 'status', 'phase'), unreadable);
  });

  it('is a double where it is a number beyond 2^53', () => {
    assert.equal(get({ a: 9007199254740993n }, 'a'), 9007199254740992);
  });

  it('is true unless it is absent or false', () => {
    assert.deepEqual([undefined, false, 0, '', {}].map(isTrue), [false, false, true, true, true]);
    assert.equal(or(false, 'other'), 'other');
    assert.equal(or('', 'other'), '');
  });
});

describe('a list', () => {
  it('leaves out null, and has nothing where it is a mapping', () => {
    assert.deepEqual(list([1, null, 'b']), [1, 'b']);
    assert.deepEqual(list({ a: 1 }), []);
    assert.throws(() => list(undefined), unreadable);
    assert.throws(() => list('text'), unreadable);
  });

  it('is counted without null, a text by its bytes', () => {
    assert.deepEqual([count([1, null]), count({ a: 1 }), count('é')], [1, 0, 2]);
    assert.throws(() => count(3), unreadable);
  });

  it('has its positions from 1 as keys', () => {
    assert.deepEqual(entries(['a', null, 'b']), [
      ['1', 'a'],
      ['2', 'b'],
    ]);
    assert.deepEqual(entries({ x: 1, y: null }), [['x', 1]]);
  });
});

describe('two values', () => {
  it('are compared as numbers or as texts, never one with the other', () => {
    assert.equal(isLess(1, 2), true);
    assert.equal(isLess('2024-01-02', '2024-01-10'), true);
    assert.throws(() => isLess(1, '2'), unreadable);
    assert.throws(() => isLess(undefined, 2), unreadable);
  });
});

describe('a number', () => {
  it('is read out of a text, decimal or hexadecimal, but an exponent needs a point', () => {
    assert.deepEqual([' 12\n', '-3', '0x1F', '1.5e2', '.5'].map(numberOf), [12, -3, 31, 150, 0.5]);
    assert.deepEqual(['7d6b', '1e3', '', 'x', true, undefined].map(numberOf), Array<undefined>(6).fill(undefined));
    assert.throws(() => term('x'), unreadable);
  });

  it('is written as Go writes a double', () => {
    assert.deepEqual([3, 2.5, 1e20, 1e21, 0.0001, 0.00001, -0, Infinity].map(written), [
      '3',
      '2.5',
      '100000000000000000000',
      '1e+21',
      '0.0001',
      '1e-05',
      '0',
      '+Inf',
    ]);
  });
});

describe('a message', () => {
  it('is made of texts and numbers, and of nothing else', () => {
    assert.equal(text`${1} of ${'two'}`, '1 of two');
    assert.throws(() => text`because ${undefined}`, unreadable);
    assert.throws(() => text`because ${true}`, unreadable);
    assert.throws(() => text`because ${[]}`, unreadable);
  });
});
